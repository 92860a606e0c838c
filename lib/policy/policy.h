/* policy.h - which plans are allowed, and which need confirmation or approval
 *
 * The rules are in share/tables/policy.yaml, to which the user's tables may add, and in settings (config.def).  A plan
 * is
 *
 *   refused    for a command, path or package name that is not allowed, or a suppressed check; approval does not help
 *   queued     in production, for low confidence, red risk or an undeclared package; an approval with the plan's hash
 *              permits it
 *   applied    otherwise, with the confirmation that its risk requires */
#ifndef HEAL_POLICY_POLICY_H
#define HEAL_POLICY_POLICY_H

#include "config/config.h"
#include "policy/plan.h"
#include "record/record.h"
#include "rules/node.h"
#include "tree/rooted_path.h"

struct policy;

/* table: pack_table(pack, "policy"); NULL and err without a valid one.  Both must outlive the policy. */
struct policy *policy_new(struct node table, const struct config *config, struct err *err);
void policy_free(struct policy *p);

/* May this file be written?  name: from tree_name. */
bool policy_path(const struct policy *p, const struct tree *t, struct str name, struct err *err);

/* Match an argv with the allowed forms.  dir: its directory below the root, "" for the root.  false: none matches; err
 * has the reason for the form that matched the most words. */
bool policy_command(struct arena *a, const struct policy *p, const struct tree *t, char *const *argv, struct str dir,
	enum run_kind kind, struct command *out, struct err *err);

/* Does the change suppress a check?  0: no, 1: refuse, 2: queue for review; err has the reason. */
int policy_suppression(struct arena *a, const struct policy *p, struct str name, bool existed, struct str old,
	struct str new, struct err *err);

/* Does the project declare the package?  near (may be NULL): the most similar declared names. */
bool policy_declared(struct arena *a, const struct policy *p, const struct tree *t, struct str ecosystem,
	struct str dir, struct str package, struct str *near);

/* The confirmation given: none, --apply, --yes. */
enum consent { CONSENT_NONE, CONSENT_APPLY, CONSENT_YES };
enum verdict { VERDICT_ACT, VERDICT_QUEUE, VERDICT_REFUSE, VERDICT_SKIP };
struct decision {
	enum verdict verdict;
	bool askable;     /* queued only because confirmation is missing, which can be given on the terminal */
	bool approved;    /* acts because this plan was approved */
	char reason[400]; /* empty if it acts */
};
/* record may be NULL. */
struct decision policy_decide(
	const struct policy *p, const struct plan *plan, const struct record *record, enum consent consent);
/* The present threshold: the setting, raised by context. */
double policy_threshold(const struct policy *p);

#endif
