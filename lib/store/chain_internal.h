/* chain_internal.h - shared by the files of the chain */
#ifndef HEAL_STORE_CHAIN_INTERNAL_H
#define HEAL_STORE_CHAIN_INTERNAL_H

#include "base/buf.h"
#include "base/sha256.h"
#include "store/db.h"

struct chained_table {
	const char *name, *key;
	int key_columns;       /* at the beginning of the row */
	int version;           /* of the schema, in which it came into the chain */
	const char *one, *all; /* queries for a row, and for all */
};
extern const struct chained_table chained_tables[]; /* ends with name == NULL */

struct chain_head {
	int64_t seq; /* 0: the chain is empty */
	char hash[SHA256_HEX];
};

/* Until version 6 of the schema, an incident had a row in this table besides; its line is that of the row as it would
 * be.  A line of the table incidents did not cover the columns after these then. */
#define CHAIN_CONTEXTS "contexts"
enum { CHAIN_OLD_INCIDENT = 25, CHAIN_DERIVED = 36 };

#define CHAIN_GONE "-" /* in place of the hash of a row that heal removed */

/* Append the line of the present row of q to `out`. */
void chain_line(struct buf *out, const struct chained_table *t, struct rows *q);
/* The two lines that an older heal wrote for the present row of q, of the table incidents. */
void chain_old_lines(struct buf *incident, struct buf *context, struct rows *q);
bool chain_last(struct db *db, struct chain_head *head, struct err *err);
/* before: the hash of the row before, "" for the first. */
void chain_hash(const char *before, int64_t seq, struct str time, struct str rows, char hex[SHA256_HEX]);

/* head.c: the head that was kept for this store; false: none. */
bool head_read(const char *store, struct chain_head *head);

#endif
