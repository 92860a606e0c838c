/* token_repair.h - find one-token edits that make a file parse
 *
 * Candidate edits near the reported line (edit_candidates.h: insert or remove a bracket, quote or comma, correct a
 * keyword) are tested one at a time with the language's own parser; those that parse are the result.  A line that
 * stands there twice (doubled.h) is looked for first, in the whole file. */
#ifndef HEAL_LANG_TOKEN_REPAIR_H
#define HEAL_LANG_TOKEN_REPAIR_H

#include "lang/balance.h"
#include "lang/build_flags.h"

struct token_repairs {
	struct token_edit *at;
	size_t n;
	bool natural; /* the first is at the usual position, before the end of a statement */
	bool all;     /* all candidates were tested: these are all that parse */
};

/* Find at most room edits near the line (from 1) that make the text parse.  flags: its build flags, or NULL.  None if
 * the text parses, or if the language has no checker.  Takes up to a hundred runs of the checker. */
struct token_repairs token_repairs_find(struct arena *a, struct node language, const struct text *x,
	const struct flags *flags, int64_t line, size_t room);

#endif
