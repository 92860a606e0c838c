#include <stdio.h>

static int get_x(void)
{
	return 1;
}

int main(void)
{
	printf("%d %d\n", get_x(), get_y());
	return 0;
}
