#include "shape.hpp"

int main()
{
	Shape shape(2, 3);
	return shape.area().units() == 6 && shape.circumference() == 10 ? 0 : 1;
}
