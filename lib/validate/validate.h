/* validate.h - the validate stage: check the applied fixes of records and roll back those that fail
 *
 * Records are passed on at once until the first one whose fix.status is "applied".  The following ones are held until
 * validator_end, because all fixes share a rerun of the command, and a rollback may concern any of them.  The incidents
 * of all records, fixed or not, are those before the fixes.
 *
 *     quick      each changed file still parses; the changes comply with the policy
 *     standard   also: a linter finds nothing new; user-defined validators; rerun: the incident is resolved, there are
 *                no new incidents of the same level, and not fewer tests ran; the command is not much slower
 *     thorough   the same with three runs, which must agree; then the project's other tests (further_tests.h)
 *
 * A rerun that passes proves a fix only if the command reports the incident without it.  Unless the caller has seen
 * that itself, the command is therefore also run without the fixes, in a copy of the project (control_run.h).
 *
 * A fix whose incident still occurs is rolled back.  For a new incident, the responsible fix is found by omitting one
 * fix at a time; if there is no single one, all are rolled back, newest first.  If a check could not run, the result is
 * inconclusive and the fix is kept, but it is rolled back if fewer tests ran than before. */
#ifndef HEAL_VALIDATE_VALIDATE_H
#define HEAL_VALIDATE_VALIDATE_H

#include "config/config.h"
#include "exec/observed_run.h"
#include "record/record.h"
#include "rules/pack.h"

/* The setting validation.level, and the time limit in seconds: validation.budget, or the default of the level. */
enum validation_level validate_level_wanted(const struct config *c);
double validate_budget(const struct config *c);

struct validator_options {
	const struct pack *pack; /* all pointers must outlive the validator */
	const struct config *config;
	const struct policy *policy; /* NULL: it reads it from the pack */
	const char *root;            /* the project; NULL: that of the working directory */
	char *const *argv;           /* the command; NULL: none.  It never comes from a record */
	bool seen_failing;           /* the incidents are those of a run of this command that the caller made itself */
	/* The failing run that the caller made, to compare time and memory; NULL: it is made in a copy. */
	const struct observed_run *before;
	enum validation_level level;
	int times;      /* runs of the command; 0: 1, thorough validation.reruns */
	double timeout; /* seconds for each run; 0: the setting `timeout` */
	/* The command's output is shown and it inherits standard input, as in heal run.  Otherwise the output is only
	 * read, and standard input is /dev/null. */
	bool through;
	long tests; /* number of tests before the fixes; -1: unknown */
	bool keep;  /* do not roll back */
	/* For a command that acts outside the project (external_command.h).  It is run again once at most, if may_rerun
	 * returns true; with NULL, if the setting allow_rerun is true.  stand_in is run instead, in a copy, before
	 * that; NULL: the commands that the policy has for this. */
	char *const *stand_in;
	bool (*may_rerun)(void *ctx, struct str command, struct str what);
	/* Called for each finished record, which is valid until it returns. */
	void (*out)(void *ctx, const struct record *r);
	/* Called after each run of the command; may be NULL. */
	void (*ran)(void *ctx, const struct observed_run *run);
	/* Called with messages; HEAL_OK: for information only.  May be NULL. */
	void (*tell)(void *ctx, enum heal_status status, const char *text);
	void *ctx;
};

struct validator;

struct validator *validator_new(const struct validator_options *o, struct err *err);
void validator_free(struct validator *v);

/* The record is copied.  Records are returned in the order of the calls. */
void validator_add(struct validator *v, const struct record *r);
/* Check and return the held records.  HEAL_OK: all passed or nothing to do; HEAL_NO: a fix failed; HEAL_PERSON: one is
 * inconclusive; HEAL_BROKEN: one failed and could not be rolled back; the worst counts.  The validator can then be used
 * again. */
enum heal_status validator_end(struct validator *v);

#endif
