/* chain.h - the hash chain over the store
 *
 * Each transaction that adds a record or an outcome ends with a row in the table `chain`: which rows it wrote, with a
 * hash of each row's contents as they are afterwards, and a hash of all that and of its predecessor's hash.  So a row
 * that was written by anything but heal differs from the chain, and a change of the chain itself breaks a link.  What
 * the chain cannot show is that its end was removed: therefore its last hash, the head, is also kept in a file in the
 * state directory, and can be kept by a person.
 *
 * `rows` of a chain row: a line for each row written, "TABLE KEY HASH": the name of the table, the first 16
 * hexadecimal digits of the hash of its key, 32 of the hash of its values, or "-" if heal removed it. */
#ifndef HEAL_STORE_CHAIN_H
#define HEAL_STORE_CHAIN_H

#include <pthread.h>

#include "base/buf.h"
#include "store/db.h"

/* Many rows of one table, whose lines a thread of its own makes while the next table is written. */
struct chain_share {
	const char *table;
	const struct db_value *const *rows;
	size_t n, columns;
	const bool *written;
	struct buf lines;
	pthread_t thread;
};

enum { CHAIN_SHARES = 8 };

/* The rows written in the transaction: first those of the shares, then the rest. */
struct chain_rows {
	struct db *db;
	struct chain_share shares[CHAIN_SHARES];
	size_t n;
	struct buf lines;
};

void chain_begin(struct chain_rows *c, struct db *db);
/* A row was written in a table whose key is one number, or one or two texts (y.p == NULL: one). */
bool chain_number(struct chain_rows *c, const char *table, int64_t key, struct err *err);
bool chain_text(struct chain_rows *c, const char *table, struct str x, struct str y, struct err *err);
/* The row with these values, in the order of all columns of the table, was written; or the present row of q. */
void chain_values(struct chain_rows *c, const char *table, const struct db_value *values, size_t n);
void chain_row(struct chain_rows *c, const char *table, struct rows *q);
/* These rows, as chain_values takes one, were written, if written[i].  All of it must stay as it is until
 * chain_release.
 */
void chain_many(struct chain_rows *c, const char *table, const struct db_value *const *rows, size_t n, size_t columns,
	const bool *written);
/* The present row of q, `SELECT *` of that table, is about to be removed. */
void chain_gone(struct chain_rows *c, const char *table, struct rows *q);
/* Add the chain row, before the commit; none if nothing was written. */
bool chain_end(struct chain_rows *c, struct err *err);
void chain_release(struct chain_rows *c);

/* Add all rows of the tables that this version of the schema brought into the chain, when an older store is migrated.
 */
bool chain_adopt(struct db *db, int version, struct err *err);

/* After a commit: keep the head in the state directory, if it is newer than the one there.  Best effort. */
void chain_keep_head(struct db *db, const char *store);

#endif
