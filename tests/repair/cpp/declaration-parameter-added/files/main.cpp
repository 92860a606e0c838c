#include <iostream>
#include "shape.hpp"

int main()
{
	Square s(2);
	std::cout << s.label() << ' ' << s.area(3) << '\n';
}
