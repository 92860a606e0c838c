/* uses.h - heal-rules keywords --uses */
#ifndef HEAL_RULES_USES_H
#define HEAL_RULES_USES_H

#include "rules/compile.h"

/* How often the packs and tables use each keyword of the grammar: context, keyword, count, least first; then the number
 * of keywords, and of those with fewer than three uses.  HEAL_WRONG: a file could not be read. */
int keyword_uses_show(struct arena *a, const struct source_file *files, size_t n);

#endif
