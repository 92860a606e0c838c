/* plan.h - the changes and commands of a solution
 *
 * Making a plan changes nothing: edits are applied in memory, commands are matched with the policy's forms, and a
 * `delegate` runs in a temporary copy, but one that may run code of the project only with permission
 * (policy_may_start). What is not allowed is refused at this stage.  The edits are applied first, as one transaction,
 * then the commands run in order; if a command fails, the edits are rolled back.
 *
 * An edit that was computed for older contents of a file (`expect`) is adapted if heal's own fixes elsewhere in the
 * file are the only difference; otherwise it is refused. */
#ifndef HEAL_POLICY_PLAN_H
#define HEAL_POLICY_PLAN_H

#include "record/record.h"
#include "tree/change.h"

/* AGAIN: a command that was run in place, to find its undo: its paths may be directories now. */
enum run_kind { RUN_IN_PLACE, RUN_DELEGATE, RUN_AGAIN };

/* A command that matches a form of the policy. */
struct command {
	char *const *argv;
	struct str dir; /* below the root, "" for the root itself */
	enum risk_level risk;
	char *const *undo; /* NULL: only its files can be restored */
	/* The version of the package that is installed: in a file below the root, or in the output of a command; both
	 * empty: not known. */
	struct str installed_file;
	char *const *installed_argv;
	struct str installed_match; /* a pattern with a group `version` */
	char *const *restore;       /* installs the version "<version>" again; NULL: no command does */
	const struct str *touches;  /* names below the root */
	size_t touches_n;
	struct str ecosystem, package; /* empty: installs nothing, nothing by name */
	struct str version;            /* that is asked for, or empty */
	const struct str *reads;       /* names of the files that say what it installs */
	size_t reads_n;
	bool reads_list;            /* a list that was named as an argument */
	const struct str *statuses; /* a delegate's successful exit statuses; none: 0 and 1 */
	size_t statuses_n;
	bool prints_diff;   /* a delegate that prints a diff instead of changing files */
	bool from_table;    /* the name comes from an installed table, according to the step */
	struct str profile; /* of the table `confinement`: what it may do in the project */
	bool system;        /* changes the system */
	bool beyond;        /* changes files outside the project, so it cannot be tried in a copy */
	bool runs_project; /* it may run code of the project: plugins, configuration, build scripts, or it is its own */
};

/* A file that the plan's commands read (plan_inputs.h). */
struct plan_input {
	struct str path; /* below the root */
	char sha[SHA256_HEX];
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
	struct command *not_started; /* delegates that were not run, so the changes are not known yet */
	size_t not_started_n;
	bool has_retry, has_advice;
	bool unconfirmed; /* its text comes from the output, and the tool itself did not propose it */
	bool unproven;    /* a language model proposed it, and it was not proven in a copy */
	struct str look;  /* why the change needs review; empty: it does not */
	struct plan_input *inputs;
	size_t inputs_n;
	char hash[SHA256_HEX];   /* of root, changes, commands and inputs; an approval is for this hash */
	char intent[SHA256_HEX]; /* of root, names of files and commands: the same for other contents of the files */
};

/* Nothing to write and nothing to run. */
bool plan_is_empty(const struct plan *plan);
/* Does a command of it, or a delegate that was not run, run code of the project?  The first one, or NULL. */
const struct command *plan_runs_project(const struct plan *plan);
/* git's unified format, and a line "# run: ..." for each command, "# run in a copy: ..." for a delegate that was not
 * run. */
struct str plan_diff(struct arena *a, const struct plan *plan);

#endif
