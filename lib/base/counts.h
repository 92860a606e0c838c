/* counts.h - how often each text was seen, in little memory: only a 64-bit hash of it is kept */
#ifndef HEAL_BASE_COUNTS_H
#define HEAL_BASE_COUNTS_H

#include <stdint.h>

#include "base/str.h"

struct counts {
	struct count *at;
	size_t used, room;
};

/* Different texts beyond this are not told apart from new ones. */
enum { COUNTS_MAX = 1 << 20 };

void counts_init(struct counts *c);
void counts_release(struct counts *c);
/* One more of this text; how many it is now. */
uint32_t counts_add(struct counts *c, struct str text);
/* One less, if there is one; false if there is none. */
bool counts_take(struct counts *c, struct str text);

uint64_t hash_of(struct str text); /* FNV-1a, 64 bits */

#endif
