/* collect.h - collect the incidents of a run, equal ones once with a count */
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
	struct collected **bucket; /* COLLECT_BUCKETS, from the first incident on */
	size_t n, dropped;         /* dropped: different incidents beyond the limit */
};

void collection_init(struct collection *c);
void collection_release(struct collection *c);
/* Add a copy, or count an equal incident: same fingerprint at the same location, or both without one. */
struct collected *collection_add(struct collection *c, const struct record *r);
/* Set count, first and last line in the records; call before reading them. */
void collection_finish(struct collection *c);

#endif
