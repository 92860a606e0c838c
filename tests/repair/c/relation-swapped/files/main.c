#include <stdio.h>

int main(int argc, char **argv)
{
	(void)argv;
	if (argc => 2 || argc =< 0)
		puts("many");
	return 0;
}
