#include "shape.h"

int Shape::area() const
{
	return 4;
}
