#include <stdio.h>

static int bigger(int a, int b)
{
	if (a > b)
		return a;
}

int main(void)
{
	printf("%d\n", bigger(1, 2));
	return 0;
}
