/* put.h - a file of the throw-away copy replaced or taken away: no journal, but whole or not at all */
#ifndef HEAL_SANDBOX_PUT_H
#define HEAL_SANDBOX_PUT_H

#include "tree/rooted_path.h"

/* path: below the tree's root, its folder is there.  A command that holds the old file open keeps that. */
bool put_content(
	struct arena *a, const struct tree *copy, struct str path, struct str content, mode_t mode, struct err *err);
void put_nothing(struct arena *a, const struct tree *copy, struct str path);

#endif
