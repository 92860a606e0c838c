#include <stdio.h>

int main(void)
{
	int sum = 0;

	for (i = 0; i < 4; i++)
		sum += i;
	printf("%d\n", sum);
	return 0;
}
