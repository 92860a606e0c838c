#include <iostream>

int main()
{
	std::vector<int> v{3, 1, 2};
	std::sort(v.begin(), v.end());
	auto p = std::make_unique<int>(v[0]);
	std::cout << *p << std::endl;
}
