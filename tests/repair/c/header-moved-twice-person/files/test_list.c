#include <assert.h>
#include <stddef.h>

#include "src/list.h"

int main(void)
{
	assert(list_sum(list_add(list_add(NULL, 1), 2)) == 3);
	return 0;
}
