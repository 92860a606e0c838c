#include <stdio.h>

static int next(void)
{
	static int n;

	puts("next");
	return n++;
}

int main(void)
{
	int first = next();

	return 0;
}
