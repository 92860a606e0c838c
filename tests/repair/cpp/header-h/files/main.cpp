#include <iostream.h>

int main()
{
	std::cout << "x\n";
}
