#include <stdio.h>

struct bee {
	int age;
	int kind;
};

static int older(const struct bee *b)
{
	switch (b->kind) {
	case 1:
		return b->age;
	}
	if (b->age > 5) then
		return 1;
	return 0;
}

int main(void)
{
	struct bee b = { .age = 7, .kind = 2 };

	printf("%d\n", older(&b));
	return 0;
}
