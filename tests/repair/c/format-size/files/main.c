#include <stdio.h>

#include <string.h>

int main(void)
{
	printf("%d\n", sizeof(int));
	printf("%d\n", strlen("x"));
	return 0;
}
