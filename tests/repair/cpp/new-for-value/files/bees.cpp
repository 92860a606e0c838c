#include <iostream>
#include <map>
#include <string>

int main()
{
	std::map<std::string, int> bees = new std::map<std::string, int>();
	bees["maja"] = 3;
	std::cout << bees.size() << "\n";
}
