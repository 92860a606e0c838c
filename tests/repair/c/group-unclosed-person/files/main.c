#include <stdio.h>

int main(void)
{
	int a = 1, b = 2, c = 3, d;

	d = (a + b * c;
	printf("%d\n", d);
	return 0;
}
