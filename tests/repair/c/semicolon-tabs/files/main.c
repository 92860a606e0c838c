#include <stdio.h>

int main(void)
{
	int weight = 3	/* kilograms */
	int height = 4;

	if (weight > 2)
		printf("%d\n", height)
	return 0;
}
