/* policy.h - what a fix may do, and who must agree
 *
 * The rules are data (share/tables/policy.yaml) and settings (config.def); the user's own
 * packs may add to the table.  Three questions, from "never" to "now":
 *
 *   may it be done at all?    commands, paths, packages' names, gaming: a plan that breaks one of
 *                             these is refused, and no approval helps
 *   must a person look?       production, low confidence, red, an undeclared package: queued,
 *                             and an approval bound to the plan's hash lets it through
 *   does it act now?          else it acts when somebody said so in words */
#ifndef HEAL_POLICY_POLICY_H
#define HEAL_POLICY_POLICY_H

#include "config/config.h"
#include "policy/plan.h"
#include "record/record.h"
#include "rules/node.h"
#include "tree/rooted_path.h"

struct policy;

/* table: pack_table(pack, "policy"); without one everything is refused: NULL, err.
 * Both must outlive the policy. */
struct policy *policy_new(struct node table, const struct config *config, struct err *err);
void policy_free(struct policy *p);

/* May this file be written?  name is as tree_name gives it. */
bool policy_path(const struct policy *p, const struct tree *t, struct str name, struct err *err);

/* Fit an argv to the shapes.  dir: the folder it runs in, below the root, "" for the root.
 * false: no shape fits, err says how far the nearest one got. */
bool policy_command(struct arena *a, const struct policy *p, const struct tree *t, char *const *argv, struct str dir,
	enum run_kind kind, struct command *out, struct err *err);

/* Does the change buy green?  1: refused, 0: no, 2: a person must look; why is in err. */
int policy_suppression(struct arena *a, const struct policy *p, struct str name, bool existed, struct str old,
	struct str new, struct err *err);

/* Does the project declare the package?  near (may be NULL): the nearest names that it does declare. */
bool policy_declared(struct arena *a, const struct policy *p, const struct tree *t, struct str ecosystem,
	struct str dir, struct str package, struct str *near);

/* What was said in words: nothing, --apply, --yes. */
enum consent { CONSENT_NONE, CONSENT_APPLY, CONSENT_YES };
enum verdict { VERDICT_ACT, VERDICT_QUEUE, VERDICT_REFUSE, VERDICT_SKIP };
struct decision {
	enum verdict verdict;
	bool askable;     /* queued only for want of a word: a yes on the terminal would do */
	bool approved;    /* acts by an approval of this very plan */
	char reason[400]; /* empty when it acts */
};
/* record may be NULL. */
struct decision policy_decide(
	const struct policy *p, const struct plan *plan, const struct record *record, enum consent consent);
/* The threshold now: the setting, raised by context. */
double policy_threshold(const struct policy *p);

#endif
