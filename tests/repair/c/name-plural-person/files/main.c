#include <stdio.h>

int main(void)
{
	int values[3] = { 1, 2, 3 };

	printf("%d %d\n", values[0], value);
	return 0;
}
