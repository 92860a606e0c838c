#include <string>

class Box {
public:
	std::string label() { return "box"; }
};

int main()
{
	const Box b;
	return b.label().size() == 3 ? 0 : 1;
}
