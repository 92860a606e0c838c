/* existing_names.h - names that exist here and may have been meant: programs, entries of directories, git's refs
 *
 * Only names are read, never what stands in the files.  The sets are bounded. */
#ifndef HEAL_TREE_EXISTING_NAMES_H
#define HEAL_TREE_EXISTING_NAMES_H

#include "base/arena.h"
#include "tree/source_tree.h"

struct names_sink {
	void (*add)(void *ctx, struct str name); /* the name is gone when it returns */
	void *ctx;
};

enum entries_kind { ENTRIES_ANY, ENTRIES_DIRECTORIES };

/* What the directories of PATH hold. */
void names_programs(const struct names_sink *to);
/* What the directory holds, without "." and "..". */
void names_entries(const char *dir, enum entries_kind kind, const struct names_sink *to);
/* The repository's names below refs/KIND: heads, tags, remotes (of which "origin/HEAD" is none). */
void names_refs(struct arena *a, struct source_tree *view, struct str kind, const struct names_sink *to);

#endif
