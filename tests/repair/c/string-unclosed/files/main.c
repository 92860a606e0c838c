#include <stdio.h>

int main(void)
{
	puts("good morning);
	return 0;
}
