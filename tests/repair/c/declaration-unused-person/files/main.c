#include <stdio.h>
#include "stack.h"

int main(void)
{
	int room[4];
	struct stack s = { room, 0 };

	room[s.used++] = 3;
	printf("%d\n", stack_top(&s));
	return 0;
}
