/* session.h - heal run: the stages one after another around a command
 *
 *   1. the command runs, seen by the user; its output is read (detect)
 *   2. it passed: done.  A transient failure: again, with back-off
 *   3. analyze: the causes and solutions of its incidents
 *   4. prove: a repair search in a copy of the project (prove.h)
 *   5. fix: the policy decides on what is proven; it is applied under the journal, queued or refused
 *   6. validate: the command runs again, for real, with every check; what does not help is rolled back
 *   7. the next solution, until one stays, a person is needed, or max_attempts is reached
 *
 * Stages 3, 5 and 6 are the functions of the filters; 4 is heal-fix's with --prove.  The records of all this, closed by
 * one of kind "session", go to the store and, where asked, to a file. */
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
