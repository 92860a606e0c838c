/* session.h - heal run: run a command and repair the project if it fails
 *
 *   1. run the command with its output visible, and detect incidents in it
 *   2. passed: done.  Transient failure: run it again, with exponential back-off
 *   3. analyze: find causes and solutions
 *   4. prove: search for a repair in a copy of the project (prove.h)
 *   5. fix: the policy decides; apply with the undo journal, queue or refuse
 *   6. validate: run the command again in the project, with all checks; roll back fixes that fail
 *   7. repeat with the next solution until one is kept, manual intervention is required, or max_attempts is reached
 *
 * A command that acts outside the project ("terraform apply", external_command.h) is run once by 1.  2, 4 and 6 run a
 * command that acts nowhere in its place ("terraform validate"), and 6 runs it again only with permission, once.
 *
 * Stages 3, 5 and 6 are the functions of the filters, 4 that of heal-fix --prove.  All records, and a last one of kind
 * "session", are written to the store and optionally to a file. */
#ifndef HEAL_LOOP_SESSION_H
#define HEAL_LOOP_SESSION_H

#include "config/config.h"
#include "fix/ask_channel.h"
#include "rules/pack.h"
#include "store/store.h"

struct session_options {
	char *const *argv;
	const struct pack *pack;
	struct config *config;
	const char *store;           /* the database; NULL: the setting, or the default */
	bool no_store;               /* store nothing */
	FILE *records;               /* NULL: none */
	const char *packs;           /* the rule image of `pack`, or NULL: for heal-llm */
	bool llm;                    /* ask a language model where the rules know nothing that helps */
	const char *root;            /* the project; NULL: found from the working directory */
	bool yes;                    /* apply without asking */
	struct ask_channel *channel; /* ask there instead of on the terminal; NULL: there is none */
	bool rerun;                  /* also run a command again that acts outside the project, once */
	bool dry_run;                /* show the changes only */
	bool verbose, colour;
};

/* Returns the exit status: the last one of the command; -1: err, nothing was run. */
int session_run(const struct session_options *o, struct err *err);

#endif
