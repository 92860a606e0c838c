#ifndef STACK_H
#define STACK_H

#include <stdbool.h>
#include <stddef.h>

enum { STACK_DEPTH = 64 };

struct stack {
	double values[STACK_DEPTH];
	size_t count;
};

void stack_clear(struct stack *stack);
bool stack_push(struct stack *stack, double value);
bool stack_popstruct stack *stack, double *value);

#endif
