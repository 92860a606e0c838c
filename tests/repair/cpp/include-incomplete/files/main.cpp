#include <iostream>

int main()
{
	std::stringstream s;
	s << 1;
	std::cout << s.str() << std::endl;
}
