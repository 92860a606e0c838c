/* policy.h - which plans are allowed, and which need confirmation or approval
 *
 * The rules are in share/tables/policy.yaml, to which the user's tables may add, and in settings (config.def).  A plan
 * is
 *
 *   refused    for a command, path or package name that is not allowed, or a suppressed check; approval does not help
 *   queued     in production, on a protected branch, for low confidence, red risk or an undeclared package; an approval
 *              of the plan's hash by this user permits it
 *   applied    otherwise, with the confirmation that its risk requires */
#ifndef HEAL_POLICY_POLICY_H
#define HEAL_POLICY_POLICY_H

#include "config/config.h"
#include "policy/plan.h"
#include "policy/review_queue.h"
#include "record/record.h"
#include "rules/pack.h"
#include "tree/rooted_path.h"

struct policy;

/* NULL and err if the pack has no valid table `policy`.  Both must outlive the policy. */
struct policy *policy_new(const struct pack *pack, const struct config *config, struct err *err);
void policy_free(struct policy *p);

/* May this file be written?  name: from tree_name. */
bool policy_path(const struct policy *p, const struct tree *t, struct str name, struct err *err);

/* Match an argv with the allowed forms.  dir: its directory below the root, "" for the root.  false: none matches; err
 * has the reason for the form that matched the most words. */
bool policy_command(struct arena *a, const struct policy *p, const struct tree *t, char *const *argv, struct str dir,
	enum run_kind kind, struct command *out, struct err *err);

/* The command that undoes what c installed over the version `before` (empty: nothing was installed), with that version
 * filled in.  NULL: there is none, or the version is not one that may stand in a command. */
char *const *policy_undo(struct arena *a, const struct policy *p, const struct command *c, struct str before);

/* Does the change suppress a check?  0: no, 1: refuse, 2: queue for review; err has the reason. */
int policy_suppression(struct arena *a, const struct policy *p, struct str name, bool existed, struct str old,
	struct str new, struct err *err);

/* The project's files before heal changed any: its declarations.  get returns false for a file that heal did not
 * change; otherwise the earlier text, empty if it did not exist.  committed (may be NULL): the text of the last commit;
 * false if there is none or it is not known. */
struct project_before {
	bool (*get)(void *ctx, struct str name, struct str *text);
	bool (*committed)(void *ctx, struct arena *a, const struct pack *pack, struct str name, struct str *text);
	void *ctx;
};

/* Does the project declare the package, and this version of it (empty: any)?  before may be NULL; near (may be NULL):
 * the most similar declared names. */
bool policy_declared(struct arena *a, const struct policy *p, const struct tree *t, const struct project_before *before,
	struct str ecosystem, struct str dir, struct str package, struct str version, struct str *near);

/* Why what the plan's commands install needs approval; empty: it does not.  What a record says of a package
 * does not count, only the project's files before any fix and the tables.  record, before: may be NULL. */
struct str policy_packages(const struct policy *p, const struct plan *plan, const struct record *record,
	const struct project_before *before);

enum import_result {
	IMPORTS_NONE,    /* the change adds none */
	IMPORTS_REFUSED, /* a module that does not exist, or the file itself */
	IMPORTS_FOUND,
	IMPORTS_SWAPPED, /* found, but in place of a file that is there: needs review */
};

/* The modules that the change imports; refused or swapped: err has the reason.  Nothing of the project is run or
 * loaded. */
enum import_result policy_imports(struct arena *a, const struct policy *p, const struct tree *t, struct str name,
	struct str old, struct str new, struct err *err);

/* The confirmation given: none, --apply, --yes, or the confirmation of this plan on the terminal. */
enum consent { CONSENT_NONE, CONSENT_APPLY, CONSENT_YES, CONSENT_PERSON };
enum verdict { VERDICT_ACT, VERDICT_QUEUE, VERDICT_REFUSE, VERDICT_SKIP };
struct decision {
	enum verdict verdict;
	bool askable;  /* queued only because confirmation is missing, which can be given on the terminal */
	bool approved; /* acts because this plan was approved */
	/* Of a queued plan, one of: production require_approval unconfirmed unproven not_ready confidence risk
	 * suspicious package branch confirmation. */
	const char *why;
	struct approval approval; /* who approved it, or why an approval does not count */
	char reason[600];         /* empty if it acts */
};
/* With which consent may code of the project be started while a plan is made or tried?  At first: with none. */
void policy_permit(struct policy *p, enum consent consent);
/* May what this plan runs (plan_runs_project) be started, given this consent or that of policy_permit?  In production,
 * and with require_approval, only if the plan was approved. */
bool policy_may_start(const struct policy *p, const struct plan *plan, enum consent consent);

/* record and before may be NULL. */
struct decision policy_decide(const struct policy *p, const struct plan *plan, const struct record *record,
	const struct project_before *before, enum consent consent);
/* Does the setting `environments` permit repairs of this incident?  false: err. */
bool policy_environment(const struct config *config, const struct record *record, struct err *err);
/* The present threshold: the setting, raised by context. */
double policy_threshold(const struct policy *p);

#endif
