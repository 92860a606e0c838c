#include "geo.hpp"

int main()
{
	return geo::area(2, 3) == 6 ? 0 : 1;
}
