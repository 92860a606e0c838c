#include <stdio.h>

int main(void)
{
	int num = 3;

	printf("%d %d\n", num, sum);
	return 0;
}
