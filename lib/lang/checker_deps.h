/* checker_deps.h - what a checker may read beside the file that it checks
 *
 * An answer that depends on it holds as long as it is the same, in a copy of the project, too. */
#ifndef HEAL_LANG_CHECKER_DEPS_H
#define HEAL_LANG_CHECKER_DEPS_H

#include "base/sha256.h"
#include "lang/build_flags.h"
#include "rules/node.h"
#include "tree/source_tree.h"

/* Adds the names and contents of the files of that language (its row's `extensions`) in x's directory, but x's own,
 * and of those in the row's `beside`, directories from there; of other files the names and sizes.  The same of the
 * directories of the flags (NULL: none).  False: they are too many to know. */
bool checker_deps_hash(struct sha256 *s, struct node language, const struct text *x, const struct flags *flags);

#endif
