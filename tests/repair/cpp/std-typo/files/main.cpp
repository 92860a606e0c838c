#include <iostream>
#include <string>

int main()
{
	std::strng name = "x";
	std::cuot << name << std::edl;
}
