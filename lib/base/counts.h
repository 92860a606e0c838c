/* counts.h - count texts by their 64-bit hash */
#ifndef HEAL_BASE_COUNTS_H
#define HEAL_BASE_COUNTS_H

#include <stdint.h>

#include "base/str.h"

struct counts {
	struct count *at;
	size_t used, room;
};

/* Maximum number of different texts; further ones are not counted. */
enum { COUNTS_MAX = 1 << 20 };

void counts_init(struct counts *c);
void counts_release(struct counts *c);
/* Increment the count of a text and return it. */
uint32_t counts_add(struct counts *c, struct str text);
/* Decrement the count of a text; false if it is 0. */
bool counts_take(struct counts *c, struct str text);

uint64_t hash_of(struct str text); /* FNV-1a, 64 bits */

#endif
