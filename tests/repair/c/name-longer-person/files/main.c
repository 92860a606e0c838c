#include <stdio.h>

int main(void)
{
	int times = 3, xstart = 1;

	printf("%d %d %d\n", times, timer, start + xstart);
	return 0;
}
