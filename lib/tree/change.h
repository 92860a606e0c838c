/* change.h - planned change of one file */
#ifndef HEAL_TREE_CHANGE_H
#define HEAL_TREE_CHANGE_H

#include "base/sha256.h"
#include "tree/rooted_path.h"

enum change_kind {
	CHANGE_WRITE, /* new content, new mode, or both; a new file if it did not exist */
	CHANGE_TOUCH, /* a command will write it: only back it up */
	CHANGE_DELETE,
};

struct change {
	enum change_kind kind;
	struct str path; /* as tree_name gives it */
	bool existed;
	struct stat before;                            /* if it existed */
	struct str old, new;                           /* contents */
	mode_t mode;                                   /* permission bits afterwards */
	bool touched;                                  /* a command will write it too, after new is in place */
	char old_sha[SHA256_HEX], new_sha[SHA256_HEX]; /* empty: no such file, or not yet known */
};

#endif
