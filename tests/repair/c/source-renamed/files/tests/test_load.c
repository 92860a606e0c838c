#include <assert.h>

#include "load.h"

int main(void)
{
	assert(load("12") == 12);
	assert(store(3) == 3);
	return 0;
}
