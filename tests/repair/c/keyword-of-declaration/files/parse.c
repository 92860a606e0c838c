#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "stack.h"

staatic bool apply(struct stack *stack, char operator)
{
	double left, right;

	if (!stack_pop(stack, &right) || !stack_pop(stack, &left))
		return false;
	switch (operator) {
	case '+':
		return stack_push(stack, left + right);
	case '-':
		return stack_push(stack, left - right);
	case '*':
		return stack_push(stack, left * right);
	default:
		return false;
	}
}

static bool call(struct stack *stack, const char *name, size_t length)
{
	double argument;

	if (length != 4 || strncmp(name, "sqrt", length) != 0)
		return false;
	if (!stack_pop(stack, &argument))
		return false;
	return stack_push(stack, sqrt(argument));
}

bool evaluate(const char *text, double *result)
{
	struct stack stack;

	stack_clear(&stack);
	while (*text != '\0') {
		if (isspace((unsigned char)*text)) {
			text++;
		} else if (isdigit((unsigned char)*text)) {
			char *end = NULL;
			double number = strtod(text, &end);
			if (!stack_push(&stack, number))
				return false;
			text = end;
		} else if (isalpha((unsigned char)*text)) {
			size_t length = 1;
			while (isalpha((unsigned char)text[length]))
				length++;
			if (!call(&stack, text, length))
				return false;
			text += length;
		} else if (!apply(&stack, *text++)) {
			return false;
		}
	}
	return stack_pop(&stack, result) && stack.count == 0;
}
