#include <iostream>

int main()
{
	std::map<std::string, int> m;
	m["a"] = 1;
	std::cout << m.size() << "\n";
}
