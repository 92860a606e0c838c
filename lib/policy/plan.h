/* plan.h - a solution turned into exactly what would happen
 *
 * A plan is made by reading only: files beneath the root, the edits applied in memory,
 * commands fitted to the policy's shapes, a `delegate` run in a throw-away copy.  What
 * is not allowed is refused here, before anything is touched.  Edits come first, as one
 * transaction, then the commands in their order; a command that fails takes the edits
 * back with it.
 *
 * An edit that was computed for an older state of a file (`expect`) is carried over when
 * every change since is heal's own and lies elsewhere in the file; else it is refused. */
#ifndef HEAL_POLICY_PLAN_H
#define HEAL_POLICY_PLAN_H

#include "record/record.h"
#include "tree/change.h"

enum run_kind { RUN_IN_PLACE, RUN_DELEGATE };

/* An argv that fits a shape of the policy. */
struct command {
	char *const *argv;
	struct str dir; /* below the root, "" for the root itself */
	enum risk_level risk;
	char *const *undo;         /* NULL: nothing takes it back beyond the files */
	const struct str *touches; /* names below the root */
	size_t touches_n;
	struct str ecosystem, package; /* empty: installs nothing by name */
	const struct str *statuses;    /* a delegate's, with which its work counts; none: 0 and 1 */
	size_t statuses_n;
	bool prints_diff; /* a delegate that changes no file itself */
	bool from_table;  /* the step says that a shipped table gave the name */
	bool system;      /* changes the machine */
	bool beyond;      /* changes what lies outside the project: a copy of that proves nothing */
};

struct plan {
	struct arena *a; /* holds all of it */
	const struct tree *tree;
	struct str solution; /* its id */
	enum applicability applicability;
	double confidence; /* the solution's; a caller with evidence may set it */
	enum risk_level risk;
	struct change *changes;
	size_t n;
	struct command *commands;
	size_t commands_n;
	bool has_retry, has_advice;
	struct str look;       /* why a person must look at the change; empty: no reason */
	char hash[SHA256_HEX]; /* over root, changes and commands: what an approval is bound to */
};

/* Nothing to write and nothing to run. */
bool plan_is_empty(const struct plan *plan);
/* git's unified form, and a line "# run: ..." a command. */
struct str plan_diff(struct arena *a, const struct plan *plan);


#endif
