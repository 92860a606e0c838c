#include <stdio.h>

int main(void)
{
	puts("once");
	return 0;
}
}
