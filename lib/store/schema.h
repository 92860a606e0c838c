/* schema.h - the tables of the store, and their migration
 *
 *   records      every record without its secrets, in order; rows are never changed or deleted, and the other
 *                tables can be computed from it
 *   incidents    the newest state of each incident, with a column for each member used in queries, and what incidents
 *                are asked for, with an index for each filter, see context.h
 *   events       the events of incidents, each once for an incident and an attempt, but for those that follow from the
 *                row of the incident, see events.h
 *   solutions    every proposed solution, and how often
 *   outcomes     a row for each outcome of a solution
 *   trials       a row for each solution that was tried in a copy, see trials.h
 *   sessions, deployments, health    the records of those kinds
 *   adjustments  the newest value of each name that heal-log changed, see adjustment.h
 *   lessons      for each outcome: where it comes from, and the basis of its solution
 *   repairs      changes that removed an incident, see repairs.h
 *   tallies, prints  sums over incidents, kept up to date with them, see tally.h
 *   generated_tests, test_runs    proposed regression tests and their runs, see generated_tests.h
 *   chain        the hashes of all rows above but the sums, see chain.h
 *   scores (view)      outcomes summed by solution and rule
 *   rule_stats (view)  incidents and outcomes summed by rule
 *   variants (view)    outcomes summed by rule, solution and variant, to compare variants
 *
 * Times are UTC text with milliseconds ("2026-11-20T12:00:00.123Z"), so they sort as text.
 * Except for the pragmas, the SQL is also valid for PostgreSQL. */
#ifndef HEAL_STORE_SCHEMA_H
#define HEAL_STORE_SCHEMA_H

#include "store/db.h"

enum { SCHEMA_VERSION = 8 };

/* Create the tables in an empty database, or migrate an older one.  A database of another program or of a newer heal is
 * refused with HEAL_WRONG and not changed. */
bool schema_ready(struct db *db, const char *path, struct err *err);
/* Create the tables in an empty database, to compare with. */
bool schema_make(struct db *db, struct err *err);

#endif
