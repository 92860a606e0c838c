/* checker_deps.h - hash of the other files that a checker may read
 *
 * A cached result is valid while this hash is unchanged, also in a copy of the project. */
#ifndef HEAL_LANG_CHECKER_DEPS_H
#define HEAL_LANG_CHECKER_DEPS_H

#include "base/sha256.h"
#include "lang/build_flags.h"
#include "rules/node.h"
#include "tree/source_tree.h"

/* Add the names and contents of the language's files (the row's `extensions`) in x's directory, except x itself, in the
 * row's `beside`, which are relative to that directory, and in the directories of the flags (NULL: none).  Of other
 * files there the names and sizes are added.  False: there are too many files. */
bool checker_deps_hash(struct sha256 *s, struct node language, const struct text *x, const struct flags *flags);

#endif
