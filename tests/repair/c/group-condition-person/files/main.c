#include <stdio.h>

int main(void)
{
	int a = 1, b = 2, c = 3;

	if ((a || b && c) {
		puts("x");
	}
	return 0;
}
