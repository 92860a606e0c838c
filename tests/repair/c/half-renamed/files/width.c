#include <string.h>
#include "width.h"

int width_of(const char *text)
{
	return (int)strlen(text);
}
