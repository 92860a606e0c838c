/* path.h - path names as text, without access to the file system */
#ifndef HEAL_BASE_PATH_H
#define HEAL_BASE_PATH_H

#include <stdbool.h>

#include "base/arena.h"

/* dir + "/" + name, or name alone if it is absolute or dir is empty. */
struct str path_join(struct arena *a, struct str dir, struct str name);
/* "./a//b/../c" -> "a/c".  A leading ".." of a relative path stays. */
struct str path_normal(struct arena *a, struct str path);
/* path relative to root ("." for root itself); p == NULL if it is not below root.  Both absolute and normalised. */
struct str path_below(struct str path, struct str root);
struct str path_base(struct str path);      /* the part after the last slash */
struct str path_dir(struct str path);       /* the part before it; "." if none */
struct str path_extension(struct str path); /* ".c"; empty if none */
bool path_is_absolute(struct str path);

/* XDG base directories with "/heal" appended: from $XDG_*_HOME if absolute, else below $HOME.  p == NULL if neither is
 * set. */
struct str dir_config(struct arena *a);
struct str dir_state(struct arena *a);
struct str dir_cache(struct arena *a);
struct str dir_data(struct arena *a);

/* Match a whole path: '*' any bytes but '/', '**' any bytes, '?' one byte but '/'. */
bool glob_match(struct str pattern, struct str path);
/* Does one of the globs match, ignoring case?  A glob without a slash matches a name in any directory, and one that is
 * the name of a directory all files below it. */
bool globs_match(const struct str *globs, size_t n, struct str name);

#endif
