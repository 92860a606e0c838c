#include <stdio.h>

int main(void)
{
	int done = False;
	char *name = null;

	printf("%d %p\n", done, (void *)name);
	return 0;
}
