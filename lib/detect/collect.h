/* collect.h - incidents of a whole run kept together, the same one counted once */
#ifndef HEAL_DETECT_COLLECT_H
#define HEAL_DETECT_COLLECT_H

#include "record/record.h"

struct collected {
	struct record r;
	struct collected *next;  /* in order of first appearance */
	struct collected *chain; /* in its bucket */
	struct str key;
	int64_t count, first_line, last_line;
};

enum { COLLECT_BUCKETS = 4096, COLLECT_MAX = 20000, COLLECT_BYTES = 64 << 20 };

struct collection {
	struct arena a;
	struct collected *first, *last;
	struct collected *bucket[COLLECT_BUCKETS];
	size_t n, dropped; /* of kinds beyond the ceilings, only counted */
};

void collection_init(struct collection *c);
void collection_release(struct collection *c);
void collection_clear(struct collection *c);
/* A copy is kept, or an equal one counted: same fingerprint at the same place (or both without). */
struct collected *collection_add(struct collection *c, const struct record *r);
/* Write count, first and last line into the records; call before reading them. */
void collection_finish(struct collection *c);

#endif
