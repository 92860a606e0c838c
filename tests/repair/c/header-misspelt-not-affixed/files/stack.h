#ifndef STACK_H
#define STACK_H

struct stack {
	int *items, used;
};

int stack_push(struct stack *s, int item);
int stack_top(const struct stack *s);

#endif
