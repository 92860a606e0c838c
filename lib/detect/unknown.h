/* unknown.h - report lines without a rule whose words indicate a failure
 *
 * The tables unknown-words, unknown-harmless and unknown-score have the words, exceptions and weights.  Lines that
 * differ only in numbers, paths and quoted text share a template, which is reported once; of each text the best few are
 * reported.  Memory use is bounded. */
#ifndef HEAL_DETECT_UNKNOWN_H
#define HEAL_DETECT_UNKNOWN_H

#include "record/record.h"
#include "rules/pack.h"

struct unknown;

/* NULL if the tables are missing; all other functions accept NULL. */
struct unknown *unknown_new(const struct pack *pack);
void unknown_free(struct unknown *u);

void unknown_begin(struct unknown *u);
/* Add lines that belong to no incident; number: that of the first. */
void unknown_lines(struct unknown *u, struct str text, unsigned long number);
/* Report what was not reported yet; name: source.name. */
void unknown_tell(struct unknown *u, struct str name, void (*found)(void *ctx, struct record *r), void *ctx);

#endif
