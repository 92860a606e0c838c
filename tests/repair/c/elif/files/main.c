#include <stdio.h>

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 2)
		puts("many");
	elif (argc > 1)
		puts("one");
	return 0;
}
