/* import_place.h - the place of an import in a file
 *
 * A style is an item of `imports` in the language's row.  Only lines of code count: one in a docstring or in a comment
 * is no import, and a statement ends where its brackets close. */
#ifndef HEAL_LANG_IMPORT_PLACE_H
#define HEAL_LANG_IMPORT_PLACE_H

#include "rules/node.h"
#include "tree/source_tree.h"

struct import_text {
	struct arena *a;
	const struct text *x;
	struct str code; /* code_only() of it */
};

/* The line below which the statement goes by this style, 0 for the top of the file; -1: the style has no place in it.
 */
int64_t import_place(const struct import_text *t, struct node style, struct str statement);

#endif
