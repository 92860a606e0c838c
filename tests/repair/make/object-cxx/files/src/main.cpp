#include "list.hpp"

int main()
{
	return list::report(list::total(list::Parser(10), "123"));
}
