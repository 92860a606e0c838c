/* merge_sides.h - the conflicts of a merge that was not finished, and the ways to end them
 *
 * The marks are those of git-merge(1), "HOW CONFLICTS ARE PRESENTED"; with diff3's middle part, which is left out. */
#ifndef HEAL_LANG_MERGE_SIDES_H
#define HEAL_LANG_MERGE_SIDES_H

#include "base/arena.h"
#include "base/str.h"

struct conflict {
	size_t begin, end;       /* offsets of its first mark, and behind its last one */
	struct str ours, theirs; /* the lines of both sides, with their line ends */
	struct str name, other;  /* what the marks call them; may be empty */
};

/* Is the line a mark of that kind, seven times the character c?  *name (may be NULL): what it says behind it. */
bool is_conflict_mark(struct str line, char c, struct str *name);

enum { CONFLICTS_MOST = 32 };

/* In their order.  0: there is none, or more than `room`, or marks that are no whole conflicts. */
size_t conflicts_find(struct str text, struct conflict *out, size_t room);

enum side_choice { SIDE_OURS, SIDE_THEIRS, SIDE_OURS_FIRST, SIDE_THEIRS_FIRST, SIDE_CHOICES };

/* The lines that the choice leaves of a conflict. */
struct str conflict_end(struct arena *a, const struct conflict *c, enum side_choice choice);

/* Is new the old text with each conflict ended by one of these choices, and no other change? */
bool is_choice_of_sides(struct arena *a, struct str old, struct str new);

#endif
