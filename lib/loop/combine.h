/* combine.h - all that was changed in a copy as one solution for the project */
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

/* In the arena.  A step a file: what lies between the common beginning and the common end; its mode, where that
 * differs.  Sets steps, files and what follows from them; id, description and confidence are the caller's. */
void combine(struct arena *a, const struct combined *c, struct solution *to);

/* The steps of which it is made: an edit that gives the file, whose text must stay, this text; false: it has it. */
bool edit_to(struct arena *a, const struct text *old, struct str new, struct step *step);

#endif
