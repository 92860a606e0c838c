/* unknown.h - lines that no rule knows and that look like failures all the same
 *
 * Tables say which words make a line look like one, and which forms of them do not (unknown-words,
 * unknown-harmless, unknown-score).  Lines that differ only in numbers, paths and quoted texts are one
 * template, shown once; of each text the best few are.  Memory is bounded, whatever comes. */
#ifndef HEAL_DETECT_UNKNOWN_H
#define HEAL_DETECT_UNKNOWN_H

#include "record/record.h"
#include "rules/pack.h"

struct unknown;

/* NULL where the tables are missing: every other function accepts it. */
struct unknown *unknown_new(const struct pack *pack);
void unknown_free(struct unknown *u);

void unknown_begin(struct unknown *u);
/* Lines, the first of this number, that belong to no incident. */
void unknown_lines(struct unknown *u, struct str text, unsigned long number);
/* Tell of what came so far and was not told of yet; name: source.name. */
void unknown_tell(struct unknown *u, struct str name, void (*found)(void *ctx, struct record *r), void *ctx);

#endif
