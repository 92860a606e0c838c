#include <stdio.h>

int main(int argc, char **argv)
{
	(void)argv;
	switch (argc) {
	case 1
		puts("alone");
		break;
	default:
		break;
	}
	return 0;
}
