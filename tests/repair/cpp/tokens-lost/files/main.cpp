#include "list.hpp"

struct Pair {
	int left, right;
};
int sum_of(const Pair &pair);

int main()
{
	List list;
	list.add(3);
	list.add(4);
	const int first  list.first();
	int twice = list.sum(first [](int item) { return item * 2; });
	return twice == 17 && sum_of({1, 2}) == 3 ? 0 : 1;
}
