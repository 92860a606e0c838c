#include <stdio.h>

int main(void)
{
	char line[20];

	gets(line);
	puts(line);
	return 0;
}
