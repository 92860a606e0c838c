#include <stdio.h>

int main(void)
{
	printf("日本語 é\n")
	return 0;
}
