#include "point.h"
#include "shape.h"

int main(void)
{
	struct shape s = { { 0, 1 } };

	return s.at.x;
}
