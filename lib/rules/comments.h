/* comments.h - the comments of a YAML file, each at the member or element that it belongs to */
#ifndef HEAL_RULES_COMMENTS_H
#define HEAL_RULES_COMMENTS_H

#include "rules/yaml_tree.h"

/* Sets `before` and `behind` in the tree of the text: comments on lines of their own (and blank lines, as
 * empty ones) go to what comes next, one behind a value to that.  What stands behind all goes to top->behind.
 * The number of comments. */
size_t comments_attach(struct arena *a, struct str text, struct yaml *top);

#endif
