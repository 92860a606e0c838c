/* internal.h - what the store's own files share */
#ifndef HEAL_STORE_INTERNAL_H
#define HEAL_STORE_INTERNAL_H

#include "store/db.h"
#include "store/store.h"

struct store {
	struct db *db;
	char *path;
};

/* when.c: times as the store keeps them, UTC with milliseconds. */
enum { WHEN_TEXT = 32 };
/* An RFC 3339 time (or a date alone) in milliseconds since 1970; false if it is none. */
bool when_parse(struct str text, int64_t *ms);
struct str when_text(int64_t ms, char out[WHEN_TEXT]); /* out, as a view */
int64_t when_now(void);
/* The time of a record, or now where it has none. */
struct str when_of(const struct record *r, char out[WHEN_TEXT]);

/* learn.c: the verdict that an incident record carries; false: it carries none. */
bool verdict_of(const struct record *r, bool *success);

#endif
