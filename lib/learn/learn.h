/* learn.h - rules from the accepted repairs of the store
 *
 * Repairs of one shape are generalised (generalise.h), in several forms.  The analyzer, given the rule alone, is then
 * tried on all repairs of the store by the same tool: it must make exactly the change of one of its own, and that of
 * its example.  Those of which it makes another change are contradictions; the form with most repairs above its
 * contradictions is taken.  A learned rule is a pack file in the user's folder.
 *
 *   draft       it explains repairs
 *   proposed    at least LEARN_REPAIRS of them in one project
 *   universal   the same in LEARN_PROJECTS projects, and no contradiction
 *   deprecated  it failed LEARN_FAILURES times since it last helped, or was not used for LEARN_DAYS days
 *
 * The repairs of one commit are counted as one: whoever made the same change twice in it decided once.
 *
 * Only a universal or reviewed one with fewer contradictions than repairs is applied without approval, with a
 * confidence of at most the 5 % quantile of Beta(1 + repairs, 1 + failures + contradictions) (store/beta.h). */
#ifndef HEAL_LEARN_LEARN_H
#define HEAL_LEARN_LEARN_H

#include "learn/rule_pack.h"
#include "store/store.h"

enum { LEARN_REPAIRS = 2, LEARN_PROJECTS = 2, LEARN_FAILURES = 2, LEARN_DAYS = 180 };

struct learned {
	struct str id, rule, path; /* path: of the pack file */
	struct standing standing;
	bool changed;    /* the file was written */
	const char *why; /* not NULL: why these repairs resulted in no rule */
	struct str of;   /* the message of one of them */
};
typedef void learned_fn(void *ctx, const struct learned *l);

/* Generalise all repairs of the store, write the packs to the folder, and call `each` with every rule and every
 * refusal.  false: err. */
bool learn_rules(
	struct store *s, const struct pack *pack, const char *folder, learned_fn *each, void *ctx, struct err *err);

/* Approve the rule.  HEAL_WRONG: there is none with this id. */
bool learn_accept(const char *folder, struct str id, struct str *path, struct err *err);

/* $XDG_CONFIG_HOME/heal/patterns; p == NULL: no home. */
struct str learn_folder(struct arena *a);

#endif
