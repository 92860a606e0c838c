/* pack_format.h - the canonical form of a pack or table
 *
 * Members are in the order of grammar.def.  Lines are at most YAML_WIDTH characters long, if possible; what fits on a
 * line is not changed.  Long patterns are broken between their atoms (subpatterns.h), long texts folded, lists and maps
 * in brackets filled or expanded.  Comments and blank lines are kept. */
#ifndef HEAL_RULES_PACK_FORMAT_H
#define HEAL_RULES_PACK_FORMAT_H

#include "rules/yaml_tree.h"

/* The formatted text; p == NULL: err ("name:line: ..."), also if formatting would change the meaning or lose a comment.
 */
struct str pack_format(struct arena *a, const char *name, struct str text, struct err *err);

#endif
