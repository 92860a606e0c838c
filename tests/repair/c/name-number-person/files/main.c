#include <stdio.h>

int main(void)
{
	int value1 = 1;

	printf("%d %d\n", value1, value2);
	return 0;
}
