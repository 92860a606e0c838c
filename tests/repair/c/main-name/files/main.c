#include <stdio.h>

int mian(void)
{
	puts("x");
	return 0;
}
