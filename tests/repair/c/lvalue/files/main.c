#include <stdio.h>

int main(int argc, char **argv)
{
	(void)argv;
	if (argc % 2 = 0)
		puts("even");
	return 0;
}
