/* user_globs.h - the globs of files in a person's settings
 *
 * A glob that says what heal must not write fails closed: what a person may have meant by it counts, in the notation
 * of any of the tools that have such globs. */
#ifndef HEAL_POLICY_USER_GLOBS_H
#define HEAL_POLICY_USER_GLOBS_H

#include "base/arena.h"
#include "base/str.h"

/* Does one of the globs mean the file `name` below the root, or a directory above it?  Beside what globs_match knows,
 * "./a", "/a", "a/", the absolute path, "{a,b}", "a,b" and "[ab]" are understood.  A glob that is malformed means every
 * file. */
bool user_globs_match(struct arena *a, const struct str *globs, size_t n, struct str root, struct str name);

#endif
