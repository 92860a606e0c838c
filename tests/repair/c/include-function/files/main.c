#include <stdio.h>

int main(void)
{
	char *p = malloc(10);

	puts(p ? "yes" : "no");
	free(p);
	return 0;
}
