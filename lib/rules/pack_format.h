/* pack_format.h - the canonical form of a pack or table
 *
 * Members stand in the order of grammar.def; no line is longer than YAML_WIDTH where that can be had.  What fits on
 * a line stays as it was written.  Long patterns are broken between their atoms (subpatterns.h), long texts folded,
 * lists and maps in brackets filled or opened.  Comments and blank lines are kept. */
#ifndef HEAL_RULES_PACK_FORMAT_H
#define HEAL_RULES_PACK_FORMAT_H

#include "rules/yaml_tree.h"

/* The file's text in that form; p == NULL: err says why not ("name:line: ..."), also where the result would not mean
 * the same or lose a comment. */
struct str pack_format(struct arena *a, const char *name, struct str text, struct err *err);

#endif
