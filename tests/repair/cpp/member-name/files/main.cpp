#include <iostream>

class Box {
public:
	int width() const { return 2; }
};

int main()
{
	Box b;
	std::cout << b.wdith() << "\n";
}
