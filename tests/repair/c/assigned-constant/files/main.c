#include <stdio.h>

int main(int argc, char **argv)
{
	(void)argv;
	if (argc = 2)
		puts("two");
	return 0;
}
