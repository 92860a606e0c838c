/* tally.h - internal: sums over the rows of incidents, kept up to date as these are written
 *
 *   tallies       incidents by day, and of all days, of all, and of each project, tool, rule and path: what statistics
 *                 are made of
 *   prints        how often each fingerprint occurred, first and last, with the hash of its normalised message
 *   occurrences   in which project, with which tool, by which rule, in which path and command each fingerprint
 *                 occurred: filters find incidents by these, because incidents has no index for them
 *
 * The changes of a transaction are summed in memory, and written as one row for each key.  No chain covers them,
 * because they can be computed from incidents, and store_verify does so.  A row that fell to 0 incidents may remain,
 * and a row of occurrences that none of the incidents needs any more. */
#ifndef HEAL_STORE_TALLY_H
#define HEAL_STORE_TALLY_H

#include "base/vec.h"
#include "store/db.h"

enum { TALLY_SUMS = 7 }; /* incidents, resolved, manual, applied, undone, successes, failures */

/* A row of incidents, as far as it is counted. */
struct counted {
	struct str time, fingerprint, alike, project, tool, rule, path, command;
	int64_t sums[TALLY_SUMS]; /* incidents is 1; 0: there is no such row */
};

struct tally_map {
	struct tally_row **slots;
	size_t n, room; /* a power of 2 */
};

/* Rows of occurrences that are stored, so that they need not be written again: half of what a batch would write.  Kept
 * only while no other connection changes the database, since gc removes rows. */
struct tally_seen {
	struct arena a;
	struct tally_map rows;
	int64_t version; /* of the database, db_version */
};

struct tally {
	struct db *db;
	struct tally_seen *seen; /* or NULL */
	struct arena a;
	struct tally_map tallies, prints, occurrences;
};

/* In a transaction. */
void tally_begin(struct tally *t, struct db *db, struct tally_seen *seen);
/* After the commit. */
void tally_committed(struct tally *t);
void tally_release(struct tally *t);
void tally_forget(struct tally_seen *seen);

/* The present row, in the arena; out->sums[0] is 0 if there is none. */
bool tally_look(struct db *db, struct arena *a, struct str incident, struct counted *out, struct err *err);
/* A new row; its texts need not stay. */
void tally_add(struct tally *t, const struct counted *row);
/* A row was changed, added or removed.  All texts must stay until tally_end. */
void tally_change(struct tally *t, const struct counted *before, const struct counted *after);
/* Write the changes, after those of incidents. */
bool tally_end(struct tally *t, struct err *err);

/* Does the table `tallies` or `prints` have other sums than those that tally_add was given; does `occurrences` lack a
 * row? */
bool tally_differs(struct tally *t, struct db *db, const char *table, bool *differs, struct err *err);
/* Make the sums anew, when an older store is migrated. */
bool tally_adopt(struct db *db, struct err *err);

#endif
