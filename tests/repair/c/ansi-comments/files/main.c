#include <stdio.h>

/* the start */
int main(void)
{
	int n = 3; // three

	// shown
	printf("%d\n", n);
	return 0;
}
