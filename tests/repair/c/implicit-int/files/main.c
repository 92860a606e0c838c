#include <stdio.h>

static twice(int n)
{
	return 2 * n;
}

main(void)
{
	printf("%d\n", twice(2));
	return 0;
}
