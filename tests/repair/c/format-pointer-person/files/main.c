#include <stdio.h>

static void show(int *at, int *end)
{
	printf("%d\n", at);
	printf("%d of %d\n", at + 1, &at[1]);
	while (at < end)
		printf("%d\n", &(at[0])), at++;
}

int main(void)
{
	int all[] = { 1, 2 };

	show(all, all + 2);
	return 0;
}
