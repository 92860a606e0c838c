#include "list.hpp"

int list::total(const Parser &parser, const char *digits)
{
	int sum = 0;

	for (; *digits; digits++)
		sum += parser.digit(*digits);
	return sum;
}
