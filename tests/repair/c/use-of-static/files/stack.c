#include "stack.h"

static int next(struct stack *s)
{
	return s->used++;
}

int stack_push(struct stack *s, int item)
{
	s->items[next_impl(s)] = item;
	return s->used;
}

int stack_top(const struct stack *s)
{
	return s->items[s->used - 1];
}
