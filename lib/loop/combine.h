/* combine.h - all that was changed in a copy as one solution for the project */
#ifndef HEAL_LOOP_COMBINE_H
#define HEAL_LOOP_COMBINE_H

#include "record/json.h"
#include "tree/source_tree.h"

struct whole {
	struct source_tree *copy; /* read anew */
	const char *root, *cwd;   /* of the project */
	const struct str *edited; /* files that differ by our hand */
	size_t edited_n;
	struct json *const *commands; /* run steps, in order */
	size_t commands_n;
	struct str id, description;
	double confidence;
	struct str risk; /* the highest that one of its parts was given; or none */
};

/* In the arena.  A step a file: what lies between the common beginning and the common end; its mode, where
 * that differs. */
struct json *whole_solution(struct arena *a, const struct whole *w);

/* The steps of which it is made.  An edit gives the file, whose text must stay, this text; NULL: it has it. */
struct json *whole_edit(struct arena *a, const struct text *old, struct str new);
struct json *whole_create(struct arena *a, struct str path, struct str text);

#endif
