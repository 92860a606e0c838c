/* form_shape.h - what a line of a form contains, as a set of 64 bits
 *
 * The lower half are bytes, each as one of 32 (shape_byte); the upper half are what stands before
 * digits and behind them, such as a colon or a blank, and that there is a digit at all.  A line has one of the forms
 * only if it has all bits of one of their shapes: "{file}:{line}: {text}" and "{file}({line}) {text}" need a digit
 * behind a colon or a parenthesis.  So rules whose forms ask for a place are not tried on sentences.
 *
 * Shapes of bytes and shapes of neighbours are lists of their own, which a line must both meet: together there would be
 * too many. */
#ifndef HEAL_RULES_FORM_SHAPE_H
#define HEAL_RULES_FORM_SHAPE_H

#include "base/str.h"
#include "rules/yaml_tree.h"

enum { SHAPES_MOST = 24 };
/* Both with the bit for a digit. */
#define SHAPE_BYTES UINT64_C(0x00008000ffffffff)
#define SHAPE_NEIGHBOURS UINT64_C(0xffffffff00000000)

/* form_shape.c: of a line. */
uint64_t line_shape(struct str line);

/* form_shapes.c: those of a list of forms, or of one, as far as these bits are concerned; table: the rows of `forms`.
 * Returns their number, 0: any line may have such a form. */
size_t form_shapes(const struct yaml *table, const struct yaml *forms, uint64_t bits, uint64_t shapes[SHAPES_MOST]);

/* What stands beside a digit has a bit behind one of these; ALONE: it has none. */
enum shape_bits { SHAPE_BEFORE = 32, SHAPE_DIGIT = 47, SHAPE_BEHIND = 48 };
enum { SHAPE_ALONE = 15 };
unsigned shape_neighbour(char c);

static inline uint64_t shape_byte(char c)
{
	return (uint64_t)1 << (c & 31);
}

static inline bool shape_is_digit(char c)
{
	return (unsigned char)(c - '0') <= 9;
}

/* Are all bits of one of the shapes in the line's? */
static inline bool shape_fits(const uint64_t *shapes, size_t n, uint64_t line)
{
	for (size_t i = 0; i < n; i++)
		if ((shapes[i] & ~line) == 0)
			return true;
	return n == 0;
}

#endif
