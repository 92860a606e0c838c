#include "stack_privat.h"

int stack_push(struct stack *s, int item)
{
	s->items[s->used] = item;
	s->used += STACK_STEP;
	return s->used;
}

int stack_top(const struct stack *s)
{
	return s->items[s->used - 1];
}
