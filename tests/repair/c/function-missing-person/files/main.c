#include <stdio.h>

int area(int side);

int main(void)
{
	printf("%d\n", area(3));
	return 0;
}
