#include <string>

int main()
{
	int n = std::string("7");
	return n;
}
