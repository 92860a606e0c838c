#include "list.hpp"

void List::add(int item)
{
	items[n++] = item;
}

int List::first() const
{
	return items0];
}
