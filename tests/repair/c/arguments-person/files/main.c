#include <stdio.h>

static int sum(int a, int b)
{
	return a + b;
}

int main(void)
{
	printf("%d\n", sum(1));
	return 0;
}
