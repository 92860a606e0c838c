#include "list.hpp"

int list::report(int total)
{
	return total == 6 ? 0 : 1;
}
