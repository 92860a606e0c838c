#include "side.h"

int other(void);
int other(void)
{
	return side(0);
}
