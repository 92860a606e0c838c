#include <stdio.h>

int main(void)
{
	int n = 3
	int m = strlen("x");

	if (n > m {
		pritnf("%d\n", n);
	}
	return 0;
