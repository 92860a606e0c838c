/* schema.h - the tables of the store and how an older store becomes a newer one
 *
 *   records      every record as it came, in order; nothing is ever changed or deleted there,
 *                and the rest of the tables can be made from it
 *   incidents    the newest state of each incident, a column for each member that is asked for
 *   events       the nine events, each once for an incident and an attempt
 *   solutions    what was ever proposed, and how often
 *   outcomes     a row for each verdict on a solution
 *   sessions, deployments, health    the records of those kinds
 *   scores (view)      outcomes summed by solution and rule
 *   rule_stats (view)  incidents and outcomes summed by rule
 *   variants (view)    outcomes summed by rule, solution and variant: which of two mends better
 *
 * Times are UTC text with milliseconds ("2026-11-20T12:00:00.123Z"), so they sort as text.
 * Except for the pragmas, the SQL is also valid for PostgreSQL. */
#ifndef HEAL_STORE_SCHEMA_H
#define HEAL_STORE_SCHEMA_H

#include "store/db.h"

enum { SCHEMA_VERSION = 1 };

/* An empty database gets the tables, an older one what it lacks; one that belongs to another
 * program or to a newer heal is refused with HEAL_WRONG and not touched. */
bool schema_ready(struct db *db, const char *path, struct err *err);

#endif
