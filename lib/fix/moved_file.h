/* moved_file.h - was a file that a plan creates only moved?
 *
 * Then creating it again would leave two of them, which differ from then on. */
#ifndef HEAL_FIX_MOVED_FILE_H
#define HEAL_FIX_MOVED_FILE_H

#include "tree/rooted_path.h"

/* The path of another file that has this text: under the same name with at least half of the lines, as git counts a
 * rename (git-diff(1), -M), or under another name with the same extension and all of them.  p == NULL: there is none,
 * or the text is empty. */
struct str moved_to(struct arena *a, const struct tree *t, struct str path, struct str text);

#endif
