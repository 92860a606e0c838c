/* run_checks.h - checks of a run with a fix against the run without it
 *
 * The repair search makes these checks for each run that passed in a copy, and validation for each run in the project.
 * A new check is a function and a row in run_checks.c. */
#ifndef HEAL_VALIDATE_RUN_CHECKS_H
#define HEAL_VALIDATE_RUN_CHECKS_H

#include "exec/observed_run.h"
#include "validate/compare.h"

struct run_pair {
	struct arena *a; /* of the results */
	const struct pack *pack;
	struct comparison *comparison; /* with the earlier incidents, after comparison_look */
	enum level level;              /* new incidents of at least this level count */
	long tests;                    /* number of tests in the earlier run; -1: unknown */
	const struct observed_run *now;
};

/* "new: FILE:LINE: MESSAGE" of an incident, with control characters replaced. */
struct str new_incident_text(struct arena *a, const struct record *r);
/* Adds the results to *out, except those that are skipped. */
void run_checks(const struct run_pair *p, struct check_list *out);
/* The first check that neither passed nor only warns, or NULL. */
const struct check *run_checks_objection(const struct check_list *checks);

#endif
