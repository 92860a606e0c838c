#include <stdio.h>

struct node {
	int value;
	char *name;
};

int main(void)
{
	struct node n = { .value = 2, .nmae = "x" };

	printf("%d %s\n", n.vlaue, n.name);
	return 0;
}
