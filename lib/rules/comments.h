/* comments.h - attach the comments of a YAML file to members and elements */
#ifndef HEAL_RULES_COMMENTS_H
#define HEAL_RULES_COMMENTS_H

#include "rules/yaml_tree.h"

/* Sets `before` and `trailing` in the tree of the text: comments on lines of their own, and blank lines as empty ones,
 * belong to the next item; a comment after a value belongs to that.  Comments at the end are in top->trailing.  Returns
 * the number of comments. */
size_t comments_attach(struct arena *a, struct str text, struct yaml *top);

#endif
