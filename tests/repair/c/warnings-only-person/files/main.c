#include <stdio.h>

int main(void)
{
	unsigned n = 3;
	int m = -1;

	return m < n;
}
