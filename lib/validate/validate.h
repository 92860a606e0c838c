/* validate.h - the stage: records in, the same records out, fixes checked and what failed taken back
 *
 * A record passes at once until the first one whose fix.status is "applied"; from there on
 * records are held until validator_end, because one rerun serves all fixes and a rollback may
 * move any of them.  All incidents, fixed or not, are what "seen before" means.
 *
 *     quick      each file that the fix changed still parses; the change stands within the policy
 *     standard   also: the user's own validators; the command again: the incident is gone, nothing
 *                as bad came in its place, as many tests ran
 *     thorough   the same, the command three times over: all must agree
 *
 * A fix whose incident is still there goes back.  When something new is there, the guilty fix
 * is found by leaving out one after the other; if no single one is guilty, all go back, newest
 * first.  What did not run is never passed: inconclusive, and the fix stays; where fewer tests ran than before it goes
 * back. */
#ifndef HEAL_VALIDATE_VALIDATE_H
#define HEAL_VALIDATE_VALIDATE_H

#include "config/config.h"
#include "exec/observed_run.h"
#include "record/record.h"
#include "rules/pack.h"

/* The setting validation.level, and how long all checking may take at that level: validation.budget, or the level's
 * own. */
enum validation_level validate_level_wanted(const struct config *c);
double validate_budget(const struct config *c);

struct validator_options {
	const struct pack *pack; /* not taken over, as all of this */
	const struct config *config;
	const char *root;  /* the project; NULL: the one around the working directory */
	char *const *argv; /* the command; NULL: each record's source.command */
	enum validation_level level;
	int times;      /* runs of the command; 0: 1, thorough validation.reruns */
	double timeout; /* seconds for each run; 0: the setting `timeout` */
	/* The command runs as the front runs it: seen by the user, its input ours.  Else its output is only read, and
	 * stdin is /dev/null. */
	bool through;
	long tests; /* how many ran before the fixes; -1: not known */
	bool keep;  /* take nothing back */
	/* A record whose verdict is known; gone when it returns. */
	void (*out)(void *ctx, const struct record *r);
	/* Each run of the command, as it ends; may be NULL. */
	void (*ran)(void *ctx, const struct observed_run *run);
	/* What a person should hear; HEAL_OK: for information only.  May be NULL. */
	void (*tell)(void *ctx, enum heal_status status, const char *text);
	void *ctx;
};

struct validator;

struct validator *validator_new(const struct validator_options *o, struct err *err);
void validator_free(struct validator *v);

/* Takes a copy; the stream's order is the calls' order. */
void validator_add(struct validator *v, const struct record *r);
/* Checks what is held and hands it out.  HEAL_OK: all passed or nothing to do; HEAL_NO: a fix failed;
 * HEAL_PERSON: one is inconclusive; HEAL_BROKEN: one failed and could not be taken back; the worst counts.
 * Afterwards the validator is as new. */
enum heal_status validator_end(struct validator *v);

#endif
