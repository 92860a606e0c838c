#include <stdio.h>

int main(void)
{
	int n;

	n = puts("x");
	return 0;
}
