#include <stdio.h>

static int sum(int n)
{
	int n, total = 0;

	while (n > 0)
		total += n--;
	return total;
}

int main(void)
{
	printf("%d\n", sum(3));
	return 0;
}
