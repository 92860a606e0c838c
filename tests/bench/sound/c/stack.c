#include "stack.h"

void stack_clear(struct stack *stack)
{
	stack->count = 0;
}

bool stack_push(struct stack *stack, double value)
{
	if (stack->count == STACK_DEPTH)
		return false;
	stack->values[stack->count++] = value;
	return true;
}

bool stack_pop(struct stack *stack, double *value)
{
	if (stack->count == 0) {
		*value = 0;
		return false;
	}
	*value = stack->values[--stack->count];
	return true;
}
