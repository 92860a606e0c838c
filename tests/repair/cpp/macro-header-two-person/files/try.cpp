#include <string>

CHECK_CASE(empty)
{
	std::printf("%zu\n", std::string().size());
}

int main()
{
	return !empty_done;
}
