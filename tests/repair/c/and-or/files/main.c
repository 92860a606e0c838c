#include <stdio.h>

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1 && argc < 3 || argc == 7 && argv)
		puts("some");
	return 0;
}
