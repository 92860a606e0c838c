#include <stdio.h>

static int show(int n)
{
	printf("%d\n", n);
}

int main(void)
{
	show(2);
	return 0;
}
