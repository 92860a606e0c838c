#include <stdio.h>

static int doubled(int n)
{
	return 2 * n;
}

int main(void)
{
	printf("%d %d\n", doulbed(2), doubled(3));
	return 0;
}
