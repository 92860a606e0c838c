/* edit_candidates.h - what may have been slipped in the lines of a text that are looked at
 *
 * Each thought adds changes of the text, one token each, to search.changes; whether a change is any good is not known
 * here.  What is thought of follows from what does not add up and from the language's row of the table `languages`. */
#ifndef HEAL_LANG_EDIT_CANDIDATES_H
#define HEAL_LANG_EDIT_CANDIDATES_H

#include "base/vec.h"
#include "lang/balance.h"

/* One change of the text. */
struct candidate_edit {
	size_t at, gone; /* offset, bytes taken away */
	struct str text; /* put there */
	bool natural;    /* it stands where such a thing usually does */
	size_t order;    /* in which it was thought of */
};

/* A text that does not parse.  All of it lives in `a`. */
struct candidate_search {
	struct arena *a;
	struct node language;
	const struct text *x;
	const struct flags *flags; /* what its build tells the compiler of it, or NULL */
	struct str code;           /* x with comments and strings blanked */
	int64_t line;              /* where the tool says */
	size_t from, to;           /* the lines that are looked at, offsets */
	bool over;                 /* it parses as it is, there is no checker, or no more time */
	double deadline;
	VEC(struct candidate_edit) changes;
};

void quote_candidates_add(struct candidate_search *s);
void bracket_candidates_add(struct candidate_search *s); /* where some kind of bracket does not add up */
void word_candidates_add(struct candidate_search *s);    /* separators, keywords, signs */
void indent_candidates_add(struct candidate_search *s);
void block_candidates_add(struct candidate_search *s); /* words and line ends anywhere above, where words make blocks */

/* No parser need be asked about a change with which the brackets still do not nest: those are taken out.  Where none
 * makes them nest, they are not what they seem, and all stay. */
void candidates_keep_nesting(struct candidate_search *s);

/* Has the code as many closers as openers of each kind? */
bool brackets_add_up(struct candidate_search *s);
/* The code of a line, without blanks at its end; its offset goes to *at. */
struct str line_code(struct candidate_search *s, int64_t line, size_t *at);

#endif
