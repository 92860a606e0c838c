#include <stdlib.h>

#include "list.h"

struct list *list_add(struct list *list, int value)
{
	struct list *new = malloc(sizeof(*new));

	if (!new)
		abort();
	new->next = list;
	new->value = value;
	return new;
}
