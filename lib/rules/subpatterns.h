/* subpatterns.h - patterns as they are written, made into those that PCRE2 reads
 *
 *     (?@name)   the pattern of that name, of the pack's own `subpatterns` or of the table of that name
 *
 * It is put in as it stands, groups included, before anything else reads the pattern: the literals, the slots
 * and PCRE2 see only the result.  In a block scalar ("|") line ends, and blanks behind them, are taken out. */
#ifndef HEAL_RULES_SUBPATTERNS_H
#define HEAL_RULES_SUBPATTERNS_H

#include "rules/compile.h"

/* The text of a pattern in a block scalar without its line ends. */
struct str pattern_joined(struct arena *a, struct str text);

/* Every pattern of the file (grammar.h says which texts are).  Faults go to the compilation: then false. */
bool subpatterns_fill(struct compilation *c, const char *name, struct yaml *top);

#endif
