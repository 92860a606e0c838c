/* batch.h - rows of many records, gathered in memory and written in one transaction
 *
 * A record is stored once: if its line is in the table `records` already, none of its rows is written.  Rows of a batch
 * with the same key become one before they are written, in the way that the table's rule in batch.c says.
 *
 * What a record teaches depends on what is stored of its incident.  Nearly always nothing is, and no other record of
 * the batch is about it: then the rows of incidents, outcomes and lessons are those that were gathered with the record,
 * and are written with those of all others, and events that follow from its row have none of their own (events.h). Only
 * for the rest are rows looked up, record by record (teach_record).
 *
 * The batch copies all texts. */
#ifndef HEAL_STORE_BATCH_H
#define HEAL_STORE_BATCH_H

#include "base/vec.h"
#include "store/db.h"
#include "store/tally.h"

/* A column and its value. */
struct column {
	const char *name;
	struct db_value value;
};

#define TEXT(s_)                       \
	{                              \
		.type = 's', .s = (s_) \
	}
#define NUMBER(n_)                     \
	{                              \
		.type = 'i', .i = (n_) \
	}
#define REAL(d_)                       \
	{                              \
		.type = 'd', .d = (d_) \
	}
/* The number of the row's record, and of the row itself, which are known when it is written. */
#define SEQ                 \
	{                   \
		.type = 'i' \
	}

enum { BATCH_TABLES = 16 };

struct batch_record {
	struct str about; /* the incident that it says something of; or its own id */
	struct db_value *values;
};

struct batch_row {
	size_t record; /* its index */
	bool derived;  /* not written if the record's incident is fresh */
	int64_t bits;  /* of the column derived, if it is fresh */
	struct db_value *values;
};

/* The rows of one table, and how to write them. */
struct batch_table {
	const struct batch_rule *rule;
	struct db_table db;
	size_t columns;
	int own_seq, record_seq; /* columns with the number of the row, of its record; -1: none */
	int key[3], newer[2], sum, keep;
	int counted[15]; /* of incidents: the columns of struct counted */
	int derived;     /* a column that is 0 unless the incident is fresh */
	VEC(struct batch_row) rows;
};

struct batch {
	struct arena keep, a; /* for all batches; for this one */
	VEC(struct batch_record) records;
	struct batch_table tables[BATCH_TABLES];
	size_t n;
	bool derived;     /* of the rows that follow */
	size_t bytes;     /* of the records' lines */
	bool without_nul; /* the database keeps no NUL bytes */
	struct tally_seen seen;
};

void batch_release(struct batch *b);
/* Forget what was gathered. */
void batch_reset(struct batch *b);

/* Begin a record; the rows that follow are of this one.  about: see above; hash: the SHA-256 of json. */
void batch_record(struct batch *b, struct str about, struct str id, struct str kind, struct str time, struct str hash,
	struct str json);
/* Add a row: all columns of the table in their order, always the same ones. */
void batch_row(struct batch *b, const char *table, const struct column *columns, size_t n);
/* Of the rows that follow: can they be computed from the row of the incident, if nothing else is known of it? */
void batch_derived(struct batch *b, bool derived);

/* The line of a record. */
struct str batch_line(const struct batch *b, size_t record);

/* Write records [from, to), with a row of the chain, as one transaction. */
bool batch_write(struct batch *b, struct db *db, size_t from, size_t to, struct err *err);

#endif
