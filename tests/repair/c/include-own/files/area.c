#include "area.h"

int area_of(int side)
{
	return side * side;
}
