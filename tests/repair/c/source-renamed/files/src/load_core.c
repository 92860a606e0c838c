#include <stdlib.h>

#include "load.h"

int load(const char *text)
{
	return atoi(text);
}
