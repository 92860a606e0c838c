#include <iostream>
#include <map>
#include <string>

int main()
{
	std::map<std::string, int> bees;
	bees["maja"] = 3;
	std::cout << bees.size << "\n";
}
