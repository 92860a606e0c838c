#include <stdio.h>

static int sum(a, b)
{
	return a + b;
}

int main(void)
{
	printf("%d\n", sum(1, 2));
	return 0;
}
