/* internal.h - shared by the files of the store */
#ifndef HEAL_STORE_INTERNAL_H
#define HEAL_STORE_INTERNAL_H

#include <pthread.h>

#include "base/when.h"
#include "store/batch.h"
#include "store/db.h"
#include "store/store.h"

struct store {
	struct db *db;
	char *path; /* as shown: without a password */
	char *url;  /* of the server; NULL: a file */
	enum db_mode mode;
	struct batch batch; /* gathered, and not written yet */
	double head_kept;   /* when the head of the chain was last kept (chain.h); 0: nothing was written */
	bool head_old;      /* something was written since */

	/* store_write_begin: until the thread ends, it alone uses db, and these */
	bool busy;
	pthread_t thread;
	_Atomic bool done; /* the thread has nothing more to do */
	struct batch written;
	size_t lost;
	struct err why;

	struct db *spool; /* the server cannot be reached: records go there, and db is empty and in memory */
	double tried;     /* when the server was last tried */
	char notice[700]; /* to print once; "": nothing */
};

/* store.c: after each commit.  The head is kept at most once a second, and when the store is closed. */
void store_written(struct store *s);
/* store.c: write a batch to the database, not to the spool; see store_write. */
bool store_write_batch(struct store *s, struct batch *b, size_t *lost, struct err *err);

/* when.c: times in the store, UTC with milliseconds (base/when.h).  The time of a record, or the present time if it has
 * none. */
struct str when_of(const struct record *r, char out[WHEN_TEXT]);

/* totals.c: the limits of a filter as texts that every time can be compared to, and its number of rows. */
struct str since_of(const struct store_filter *f);
struct str until_of(const struct store_filter *f);
int64_t limit_of(const struct store_filter *f);

/* learn.c: the outcome in an incident record; false: there is none.
 *     success  the fix is kept, its incident was seen without it and is gone with it, and nothing as bad came in its
 *              place, even if other errors keep the command failing
 *     failure  the incident still occurs, or a check failed
 *     nothing  not validated, or inconclusive; or the incident is gone and what came in its place may have been hidden
 *              by it (validation.introduced, heal-record(5)), so that it is not known whether the fix caused it */
bool verdict_of(const struct record *r, bool *success);

#endif
