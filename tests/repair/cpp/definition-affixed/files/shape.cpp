#include "shape.hpp"

Square::Square(double side) : side_(side)
{
}

double Square::area(double scale) const
{
	return side_ * side_ * scale;
}

std::string Square::getLabel() const
{
	return "square";
}
