/* plan.h - the changes and commands of a solution
 *
 * Making a plan changes nothing: edits are applied in memory, commands are matched with the policy's forms, and a
 * `delegate` runs in a temporary copy.  What is not allowed is refused at this stage.  The edits are applied first, as
 * one transaction, then the commands run in order; if a command fails, the edits are rolled back.
 *
 * An edit that was computed for older contents of a file (`expect`) is adapted if heal's own fixes elsewhere in the
 * file are the only difference; otherwise it is refused. */
#ifndef HEAL_POLICY_PLAN_H
#define HEAL_POLICY_PLAN_H

#include "record/record.h"
#include "tree/change.h"

enum run_kind { RUN_IN_PLACE, RUN_DELEGATE };

/* A command that matches a form of the policy. */
struct command {
	char *const *argv;
	struct str dir; /* below the root, "" for the root itself */
	enum risk_level risk;
	char *const *undo;         /* NULL: only its files can be restored */
	const struct str *touches; /* names below the root */
	size_t touches_n;
	struct str ecosystem, package; /* empty: installs nothing by name */
	const struct str *statuses;    /* a delegate's successful exit statuses; none: 0 and 1 */
	size_t statuses_n;
	bool prints_diff; /* a delegate that prints a diff instead of changing files */
	bool from_table;  /* the name comes from an installed table, according to the step */
	bool system;      /* changes the system */
	bool beyond;      /* changes files outside the project, so it cannot be tried in a copy */
};

struct plan {
	struct arena *a; /* memory of the plan */
	const struct tree *tree;
	struct str solution; /* its id */
	enum applicability applicability;
	double confidence; /* of the solution; a caller with evidence may change it */
	enum risk_level risk;
	struct change *changes;
	size_t n;
	struct command *commands;
	size_t commands_n;
	bool has_retry, has_advice;
	struct str look;       /* why the change needs review; empty: it does not */
	char hash[SHA256_HEX]; /* of root, changes and commands; an approval is for this hash */
};

/* Nothing to write and nothing to run. */
bool plan_is_empty(const struct plan *plan);
/* git's unified format, and a line "# run: ..." for each command. */
struct str plan_diff(struct arena *a, const struct plan *plan);

#endif
