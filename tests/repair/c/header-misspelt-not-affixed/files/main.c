#include <stdio.h>
#include "stack_private.h"

int main(void)
{
	int room[4];
	struct stack s = { room, 0 };

	stack_push(&s, 3);
	printf("%d\n", stack_top(&s));
	return 0;
}
