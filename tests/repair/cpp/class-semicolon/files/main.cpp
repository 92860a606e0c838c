#include <iostream>

class Box {
public:
	int width = 2
	int height = 3;
}

int main()
{
	std::cout << Box().height << "\n"
}
