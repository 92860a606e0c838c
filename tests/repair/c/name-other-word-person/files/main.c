#include <stdio.h>

int main(void)
{
	int height = 3;

	printf("%d %d\n", height, weight);
	return 0;
}
