#include <stdio.h>

static int same(int n, int m)
{
	return n;
}

int main(void)
{
	printf("%d\n", same(1, 2));
	return 0;
}
