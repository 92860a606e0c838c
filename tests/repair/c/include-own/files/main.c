#include <stdio.h>

int main(void)
{
	printf("%d\n", area_of(3));
	return 0;
}
