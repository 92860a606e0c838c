#include <assert.h>

static int check(int n)
{
	assert(n > 0);
	return n - 1;
}
static int check(int n)
{
	assert(n > 0);
	return n - 1;
}

int sum(int n)
{
	return n ? n + sum(check(n)) : 0;
}
