#include <stdio.h>

int main(void)
{
	printf("café\n")
	return 0;
}
