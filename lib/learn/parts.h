/* parts.h - the tokens of one line, of a source text or of a message
 *
 * Every byte of the line is in exactly one part, so that the parts joined are the line. */
#ifndef HEAL_LEARN_PARTS_H
#define HEAL_LEARN_PARTS_H

#include "base/arena.h"

enum part_kind { PART_WORD, PART_NUMBER, PART_BLANK, PART_SIGN };

struct part {
	struct str text;
	enum part_kind kind;
	bool literal; /* within a string or a comment */
};

struct parts {
	struct part *at;
	size_t n;
};

enum { PARTS_MOST = 400 };

/* code: the line with comments and the contents of strings blanked (lang/language.h), or p == NULL.  A line of more
 * than PARTS_MOST parts has none. */
struct parts parts_of(struct arena *a, struct str line, struct str code);
/* Make two parts of the word that the byte at `at` is in and does not begin; nothing if there is none. */
void parts_split(struct parts *p, size_t at);
struct str parts_text(const struct parts *p, size_t from, size_t to); /* of the line */
bool part_is_word(struct str text);                                   /* letters, digits and '_' only */

/* A run of parts of the old line, and what stands in its place in the new one.  Either may be empty. */
struct part_change {
	size_t from, to, new_from, new_to;
};

enum { CHANGES_MOST = 3 };

/* The differences by a longest common subsequence, in order; such that only blanks separate are one.  Returns their
 * number; 0 if the lines are equal, CHANGES_MOST + 1 if there are more. */
size_t parts_compare(
	struct arena *a, const struct parts *old, const struct parts *new, struct part_change out[CHANGES_MOST]);

#endif
