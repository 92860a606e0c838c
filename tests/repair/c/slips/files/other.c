#include "list.h"

bool list_ends(const struct list *l)
{
	return l->last;
}
