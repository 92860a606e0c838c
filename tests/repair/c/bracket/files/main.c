#include <stdio.h>

int main(void)
{
	int list[3;

	list[0] = 1;
	printf("%d\n", list[0]);
	return 0;
}
