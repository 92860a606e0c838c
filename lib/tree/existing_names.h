/* existing_names.h - names of programs, directory entries and git's refs, to correct misspelt ones
 *
 * Only names are read, never the contents of files.  The number of names is limited. */
#ifndef HEAL_TREE_EXISTING_NAMES_H
#define HEAL_TREE_EXISTING_NAMES_H

#include "base/arena.h"
#include "tree/source_tree.h"

struct names_sink {
	void (*add)(void *ctx, struct str name); /* the name is valid only during the call */
	void *ctx;
};

enum entries_kind { ENTRIES_ANY, ENTRIES_DIRECTORIES };

/* The programs in the directories of PATH. */
void names_programs(const struct names_sink *to);
/* The entries of the directory, without "." and "..". */
void names_entries(const char *dir, enum entries_kind kind, const struct names_sink *to);
/* The repository's refs below refs/KIND: heads, tags, remotes (without "origin/HEAD"). */
void names_refs(struct arena *a, struct source_tree *view, struct str kind, const struct names_sink *to);

#endif
