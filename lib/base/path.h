/* path.h - names of files, as text; nothing here touches the disk but path_self and dirs */
#ifndef HEAL_BASE_PATH_H
#define HEAL_BASE_PATH_H

#include <stdbool.h>

#include "base/arena.h"

/* dir + "/" + name, or name alone if it is absolute or dir is empty. */
struct str path_join(struct arena *a, struct str dir, struct str name);
/* "./a//b/../c" -> "a/c".  A leading ".." of a relative path stays. */
struct str path_normal(struct arena *a, struct str path);
/* path below root made relative to it ("." for root itself); p == NULL if it is not below.
 * Both absolute and normal. */
struct str path_below(struct str path, struct str root);
struct str path_base(struct str path);      /* what follows the last slash */
struct str path_dir(struct str path);       /* what comes before it; "." if none */
struct str path_extension(struct str path); /* ".c"; empty if none */
bool path_is_absolute(struct str path);

/* XDG base directories with "/heal" behind; from $XDG_*_HOME when absolute, else below $HOME.
 * p == NULL when neither is set. */
struct str dir_config(struct arena *a);
struct str dir_state(struct arena *a);
struct str dir_cache(struct arena *a);
struct str dir_data(struct arena *a);

/* A glob on a whole path: '*' any bytes but '/', '**' any bytes, '?' one byte but '/'. */
bool glob_match(struct str pattern, struct str path);

#endif
