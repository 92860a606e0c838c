/* combine.h - combine all changes made in a copy into one solution for the project */
#ifndef HEAL_LOOP_COMBINE_H
#define HEAL_LOOP_COMBINE_H

#include "record/record.h"
#include "tree/source_tree.h"

struct combined {
	struct source_tree *copy;
	const char *root, *cwd;   /* of the project */
	const struct str *edited; /* files that differ */
	size_t edited_n;
	struct step_list commands; /* run steps, in order */
};

/* In the arena.  One edit for each file, without the common beginning and end, and its mode if that differs.  Sets
 * steps, files and the results; the caller sets id, description and confidence. */
void combine(struct arena *a, const struct combined *c, struct solution *to);

/* Make an edit that replaces the old text, which must outlive it, by the new one.  false: they are equal. */
bool edit_to(struct arena *a, const struct text *old, struct str new, struct step *step);

#endif
