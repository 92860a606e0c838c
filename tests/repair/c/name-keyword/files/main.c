#include <stdio.h>

int main(void)
{
	cahr first = 'a';

	printf("%c\n", first);
	retrun 0;
}
