/* keywords.h - heal-rules keywords */
#ifndef HEAL_RULES_KEYWORDS_H
#define HEAL_RULES_KEYWORDS_H

#include "base/arena.h"

/* The grammar, a line a keyword; with a page the page, its lines "@KEYWORDS@" and "@TABLES@" replaced by it. */
int keywords_show(struct arena *a, const char *page);

#endif
