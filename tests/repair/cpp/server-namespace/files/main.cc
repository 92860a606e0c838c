#include "store.h"

int main()
{
	Store s;

	s.add({"bread", 3});
	return s.size() == 1 ? 0 : 1;
}
