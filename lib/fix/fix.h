/* fix.h - the fix stage: apply a solution of each record and set its `fix`
 *
 * The first solution of a record that the policy permits is applied with the undo journal.  If there is none, the first
 * one that can be approved is queued; otherwise the fix is refused.  Solutions that failed in a copy, or recently for
 * the same error, are skipped.  A dry run changes nothing, not even the queue: it only sets the plan and its diff. */
#ifndef HEAL_FIX_FIX_H
#define HEAL_FIX_FIX_H

#include "config/config.h"
#include "policy/policy.h"
#include "record/record.h"
#include "rules/pack.h"

struct fixer_options {
	const char *root;            /* NULL: the project of the working directory */
	const struct pack *pack;     /* must outlive the fixer */
	const struct config *config; /* must outlive the fixer */
	enum consent consent;        /* the confirmation given: none, --apply, --yes */
	bool dry;                    /* plan only, like the setting dry_run */
	bool fresh;                  /* this process detected the incidents: no older fix can be one of theirs */
	const char *solution;        /* only the solution with this id; NULL: any */
	/* Asks for confirmation if only that is missing; NULL: never ask.  *by: through which program it was given,
	 * valid until the next call; initially NULL. */
	bool (*ask)(void *ctx, const struct plan *plan, const char **by);
	/* Called with a message about a hook that failed; NULL: none are given. */
	void (*tell)(void *ctx, const char *line);
	void *ctx;
};

struct fixer;

/* Rolls back the project's interrupted fixes first, unless it is a dry run; see fixer_notes. */
struct fixer *fixer_new(const struct fixer_options *options, struct err *err);
void fixer_free(struct fixer *f);

/* Sets fix.* of an incident that has solutions and no applied fix.  true: planned, applied, or nothing to do.
 * Otherwise fixer_status has the reason: HEAL_PERSON (queued, refused by the policy), HEAL_REFUSED (system error),
 * HEAL_BROKEN (something could not be restored). */
bool fixer_record(struct fixer *f, struct record *r);
enum heal_status fixer_status(const struct fixer *f); /* of the last record */

const struct policy *fixer_policy(const struct fixer *f);
const struct tree *fixer_tree(const struct fixer *f);
/* A message about interrupted fixes, or NULL. */
const char *fixer_notes(const struct fixer *f);

#endif
