#include <stdio.h>

int main(int argc, char **argv)
{
	if (argc > 1 and argv[1])
		puts("this and that");
	return 0;
}
