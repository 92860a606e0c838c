#include <iostream>
#include <shape.h>

int main()
{
	Shape box("box");
	std::cout << box.name() << '\n'
	return 0;
}
