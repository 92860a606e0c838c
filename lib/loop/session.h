/* session.h - heal run: from a failing command to a verified repair, or to a person
 *
 *   1. the command runs once, seen by the user, read by heal
 *   2. it passed: done.  A transient failure: again, with back-off
 *   3. its incidents are analysed
 *   4. repair_search.h mends a copy of the project until the command passes there
 *   5. the policy decides on the whole difference as one plan
 *   6. the plan is applied under the journal and the command runs again, for real
 *   7. it passes and nothing new came: the fix stays.  Else all goes back
 *
 * The records of all this, closed by one of kind "session", go to the store and,
 * where asked, to a file. */
#ifndef HEAL_LOOP_SESSION_H
#define HEAL_LOOP_SESSION_H

#include "config/config.h"
#include "rules/pack.h"
#include "store/store.h"

struct session_options {
	char *const *argv;
	const struct pack *pack;
	struct config *config;
	const char *store; /* where incidents are kept; NULL: the setting, or the usual place */
	bool no_store;     /* keep nothing */
	FILE *records;     /* NULL: none */
	const char *root;  /* the project; NULL: found from the working directory */
	bool yes;          /* apply without asking */
	bool dry_run;      /* show what would be done */
	bool verbose, colour;
};

/* The status to exit with: the command's own last one; -1: err, nothing was run. */
int session_run(const struct session_options *o, struct err *err);

#endif
