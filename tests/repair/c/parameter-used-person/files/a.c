#include <stdio.h>

static int twice(int number, int verbose)
{
	return verbose ? number : number + number;
}

int main(void)
{
	printf("%d\n", twice(4));
	return 0;
}
