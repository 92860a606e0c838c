#include <stdio.h>

static void show(const int *n, const char *name)
{
	printf("%s %d\n", name, *n);
}

int main(void)
{
	int n = 3;

	show("three", &n);
	return 0;
}
