#include <vector>

template <typename T>
int count(const T &all)
{
	T::const_iterator i = all.begin();
	return i == all.end() ? 0 : 1;
}

int main()
{
	return count(std::vector<int>());
}
