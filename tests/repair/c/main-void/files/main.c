#include <stdio.h>

void main(void)
{
	puts("x");
}
