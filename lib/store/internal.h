/* internal.h - shared by the files of the store */
#ifndef HEAL_STORE_INTERNAL_H
#define HEAL_STORE_INTERNAL_H

#include "store/db.h"
#include "store/store.h"

struct store {
	struct db *db;
	char *path;
};

/* when.c: times in the store, UTC with milliseconds. */
enum { WHEN_TEXT = 32 };
/* Parse an RFC 3339 time or a date, as milliseconds since 1970; false if invalid. */
bool when_parse(struct str text, int64_t *ms);
struct str when_text(int64_t ms, char out[WHEN_TEXT]); /* out, as a view */
int64_t when_now(void);
/* The time of a record, or the present time if it has none. */
struct str when_of(const struct record *r, char out[WHEN_TEXT]);

/* learn.c: the outcome in an incident record; false: there is none. */
bool verdict_of(const struct record *r, bool *success);

#endif
