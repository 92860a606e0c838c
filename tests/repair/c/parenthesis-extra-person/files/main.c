#include <stdio.h>

static int scaled(int a, int b)
{
	return (a + b) * 3);
}

int main(void)
{
	printf("%d\n", scaled(1, 2));
	return 0;
}
