#include <stdio.h>

struct node {
	int value;
};

int main(void)
{
	struct node n = { 1 }, *p = &n;

	p.value = 2;
	n->value++;
	printf("%d\n", p->value);
	return 0;
}
