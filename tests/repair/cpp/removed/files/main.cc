#include <stdexcept>

int half(int n) throw(std::runtime_error);

int half(int n) throw(std::runtime_error)
{
	register int h = n / 2;	// in a register
	return h;
}

int main()
{
	return half(1);
}
