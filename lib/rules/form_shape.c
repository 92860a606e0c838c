#include "rules/form_shape.h"

unsigned shape_neighbour(char c)
{
	static const char marks[] = ":([ \",@|-.)]#/L";

	if (c == '\t')
		c = ' ';
	for (unsigned i = 0; marks[i]; i++)
		if (marks[i] == c)
			return i;
	return SHAPE_ALONE;
}

static uint64_t beside(char c, enum shape_bits side)
{
	unsigned neighbour = shape_neighbour(c);

	return neighbour == SHAPE_ALONE ? 0 : (uint64_t)1 << (side + neighbour);
}

uint64_t line_shape(struct str line)
{
	uint64_t shape = 0;
	bool was = false;

	for (size_t i = 0; i < line.n; i++) {
		bool is = shape_is_digit(line.p[i]);
		shape |= shape_byte(line.p[i]);
		if (is)
			shape |= (uint64_t)1 << SHAPE_DIGIT;
		if (is && !was && i > 0)
			shape |= beside(line.p[i - 1], SHAPE_BEFORE);
		else if (was && !is)
			shape |= beside(line.p[i], SHAPE_BEHIND);
		was = is;
	}
	return shape;
}
