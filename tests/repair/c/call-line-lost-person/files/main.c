#include <stdio.h>

static void report(int line, const char *what)
{
	fprintf(stderr, "%d: %s\n",
		line,
	fflush(stderr);
	(void)what;
}

int main(void)
{
	report(1, "a");
	return 0;
}
