/* edit_candidates.h - candidate one-token edits near the reported line
 *
 * Each function adds candidates to search.changes without testing them.  Candidates are derived from unbalanced
 * brackets and quotes, and from the language's row of the table `languages`. */
#ifndef HEAL_LANG_EDIT_CANDIDATES_H
#define HEAL_LANG_EDIT_CANDIDATES_H

#include "base/vec.h"
#include "lang/balance.h"

/* A candidate edit. */
struct candidate_edit {
	size_t at, gone; /* offset, number of bytes removed */
	struct str text; /* inserted */
	bool natural;    /* it is at the usual position of such a token */
	size_t order;    /* of generation */
};

/* A search in a text that does not parse.  Everything is in `a`. */
struct candidate_search {
	struct arena *a;
	struct node language;
	const struct text *x;
	const struct flags *flags; /* build flags of the file, or NULL */
	struct str code;           /* x with comments and strings blanked */
	int64_t line;              /* reported by the tool */
	size_t from, to;           /* offsets of the lines to change */
	bool over;                 /* the text parses, there is no checker, or the time is up */
	double deadline;
	VEC(struct candidate_edit) changes;
};

void quote_candidates_add(struct candidate_search *s);
void bracket_candidates_add(struct candidate_search *s); /* unbalanced brackets */
void word_candidates_add(struct candidate_search *s);    /* separators, keywords, signs */
void indent_candidates_add(struct candidate_search *s);
void block_candidates_add(struct candidate_search *s); /* words and line ends above, if words delimit blocks */

/* Drop candidates that leave the brackets unbalanced, without running the parser.  If that would drop all, keep all:
 * the brackets are then not what they seem. */
void candidates_keep_nesting(struct candidate_search *s);

/* For these functions.  Unless there is the same one: replace `gone` bytes at `at` with the text. */
void candidate_add(struct candidate_search *s, size_t at, size_t gone, struct str text, bool natural);
/* Can a token end, or start, at the offset? */
bool is_token_end(struct str text, size_t i);
bool is_token_start(struct str text, size_t i);

/* Does the code have as many closers as openers of each kind? */
bool brackets_add_up(struct candidate_search *s);
/* The code of a line without trailing blanks; *at is its offset. */
struct str line_code(struct candidate_search *s, int64_t line, size_t *at);

#endif
