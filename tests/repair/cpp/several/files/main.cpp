#include <iostream>

int main()
{
	std::vector<int> v{1, 2}
	for (auto n : v)
		std::cout << n << std::enld;
	return 0
}
