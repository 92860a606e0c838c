#include <stdio.h>

int main(void)
{
	long n = 3;
	double d = 1.5;

	printf("%d and %d\n", n, d);
	return 0;
}
