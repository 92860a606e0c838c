/* call_shape.h - what stands between a pair of brackets: the arguments of a call, the parameters of a function
 *
 * `code` is a text in which comments and strings are blanked (language.h), so its offsets are those of the text. */
#ifndef HEAL_LANG_CALL_SHAPE_H
#define HEAL_LANG_CALL_SHAPE_H

#include "base/arena.h"
#include "base/str.h"

struct span {
	size_t begin, end; /* offsets; the end is exclusive */
};

/* The items between two brackets, without blanks around them. */
struct item_list {
	size_t open, close; /* the offsets of the brackets */
	struct span *at;
	size_t n;
};

/* The items after the bracket at `open`; false: it is none, or it is not closed. */
bool items_at(struct arena *a, struct str code, size_t open, struct item_list *out);
/* Those of the innermost parentheses around the offset, at most `reach` bytes before it. */
bool items_around(struct arena *a, struct str code, size_t offset, size_t reach, struct item_list *out);
/* The number of the item that has the offset; n: none has it. */
size_t item_with(const struct item_list *list, size_t offset);

/* The offset behind the closing bracket of the one at `open`; SIZE_MAX: it is not closed. */
size_t bracket_end(struct str code, size_t open);
bool is_word_char(char c);
/* The word that ends at the offset, blanks between them left out; empty: another character stands there. */
struct str word_before(struct str code, size_t offset);
/* The offset of the word, as a whole word, at or after `from` and before `to`; SIZE_MAX: it is not there. */
size_t word_find(struct str code, struct str word, size_t from, size_t to);
/* The end of the expression that begins at the offset: names, members, calls and indices. */
size_t expression_end(struct str code, size_t at);

#endif
