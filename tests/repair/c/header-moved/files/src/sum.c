#include "list.h"

int list_sum(const struct list *list)
{
	int sum = 0;

	for (; list; list = list->next)
		sum += list->value;
	return sum;
}
