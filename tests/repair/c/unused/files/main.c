#include <stdio.h>

int main(void)
{
	int a = 1, b = 2, *c = &b, d;
	const char *name = "x";
	int rows[4] = { 0 };

	printf("%d\n", a);
	return 0;
}
