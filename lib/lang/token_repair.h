/* token_repair.h - the one token that was lost, doubled or mistyped, as the language's own parser proves it
 *
 * A file that does not parse is changed in one place at a time, near the place that the tool named:
 * a bracket, a quote or a comma put in or taken out, a keyword spelt right.  What parses then is a
 * place; what does not is none.  Which changes are thought of follows from what does not add up
 * (brackets by kind, quotes by line) and from the language's row of the table `languages`. */
#ifndef HEAL_LANG_TOKEN_REPAIR_H
#define HEAL_LANG_TOKEN_REPAIR_H

#include "lang/balance.h"
#include "lang/build_flags.h"

struct token_repairs {
	struct token_edit *at;
	size_t n;
	bool natural; /* the first stands where such a thing usually ends: before what ends a statement */
	bool all;     /* everything that was thought of was tried: these are all that parse */
};

/* The places near line and column (from 1) at which one change makes the text parse; at most room.
 * flags: what its build
 * tells the compiler of the file, or NULL.  None where it parses as it is, or where the language has no checker.  Takes
 * the time of up to a hundred runs of the checker. */
struct token_repairs token_repairs_find(struct arena *a, struct node language, const struct text *x,
	const struct flags *flags, int64_t line, size_t room);

#endif
