#include "geo/area.hpp"

int Area::units() const
{
	return units_;
}
