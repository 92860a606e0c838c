#include <stdio.h>

struct pair {
	int first, second;
};

int main(void)
{
	int n = 1;
	char name[16] = "x & y";
	struct pair p = { 2, 3 };

	printf("%d & more\n", n);
	printf("%d\n", &n);
	printf("%d %d\n", p.first, &p.second);
	fprintf(stderr, "%s\n", &name);
	return 0;
}
