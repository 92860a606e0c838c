/* subpatterns.h - convert the patterns of packs to those of PCRE2
 *
 *     (?@name)   the pattern with this name in the pack's `subpatterns` or in the table `subpatterns`
 *
 * References are replaced by the pattern, groups included, before literals, slots and PCRE2 process the result.  In a
 * block scalar ("|"), line ends and the blanks after them are removed. */
#ifndef HEAL_RULES_SUBPATTERNS_H
#define HEAL_RULES_SUBPATTERNS_H

#include "rules/compile.h"

/* The text of a pattern in a block scalar without its line ends. */
struct str pattern_joined(struct arena *a, struct str text);

/* Convert all patterns of the file, which grammar.h determines.  false: errors were added to the compilation. */
bool subpatterns_fill(struct compilation *c, const char *name, struct yaml *top);

#endif
