/* run_checks.h - what is checked of a run of the command with a fix, against the run without
 *
 * The one list of them: the repair search asks them of every run that passed in a copy, and validation of every run in
 * the project.  A new check is a function and a row in run_checks.c. */
#ifndef HEAL_VALIDATE_RUN_CHECKS_H
#define HEAL_VALIDATE_RUN_CHECKS_H

#include "exec/observed_run.h"
#include "validate/compare.h"

struct run_pair {
	struct arena *a; /* of the results */
	const struct pack *pack;
	struct comparison *comparison; /* with the incidents before; looked at (comparison_look) */
	enum level level;              /* a new incident this bad, or worse, counts */
	long tests;                    /* that ran before; -1: not known */
	const struct observed_run *now;
};

/* "new: FILE:LINE: MESSAGE" of an incident, harmless on a terminal. */
struct str new_incident_text(struct arena *a, const struct record *r);
/* Adds the result of each to *out; those that are skipped are left out. */
void run_checks(const struct run_pair *p, struct check_list *out);
/* The first that is not passed, or NULL. */
const struct check *run_checks_objection(const struct check_list *checks);

#endif
