#include <stdio.h>
#include "width.h"

int main(void)
{
	printf("%d %d\n", width("ab"), width("c"));
	return 0;
}
