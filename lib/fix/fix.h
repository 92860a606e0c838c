/* fix.h - the stage: a record in, the same record with its `fix` out
 *
 * Of a record's solutions, in their order, the first that the policy lets act is carried out under the journal.  Where
 * none may act, the first that a person could allow is queued; what the policy refuses is refused.  A solution that
 * failed when it was tried in a copy, or for this very error not long ago, is passed over.  A dry run changes nothing
 * anywhere, not even the queue: the plan and its diff are put into the record. */
#ifndef HEAL_FIX_FIX_H
#define HEAL_FIX_FIX_H

#include "config/config.h"
#include "policy/policy.h"
#include "record/record.h"
#include "rules/pack.h"

struct fixer_options {
	const char *root;            /* NULL: the project that the working directory is in */
	const struct pack *pack;     /* not taken over */
	const struct config *config; /* not taken over */
	enum consent consent;        /* what was said in words */
	bool dry;                    /* plan only; the setting dry_run does the same */
	const char *solution;        /* only the one of this id, or NULL */
	/* Asked where nothing but consent is missing, as on a terminal; NULL: there is nobody to ask. */
	bool (*ask)(void *ctx, const struct plan *plan);
	void *ctx;
};

struct fixer;

/* Unless it is a dry run, what dead heals left half done is put back first; see fixer_notes. */
struct fixer *fixer_new(const struct fixer_options *options, struct err *err);
void fixer_free(struct fixer *f);

/* Sets fix.*; a record that is no incident, has no solutions, or whose fix is applied already is left alone.
 * true: planned, applied, or nothing to do.  Else fixer_status says what it was about: HEAL_PERSON (queued, refused),
 * HEAL_REFUSED (the system would not), HEAL_BROKEN (something could not be put back). */
bool fixer_record(struct fixer *f, struct record *r);
enum heal_status fixer_status(const struct fixer *f); /* of the last record */

const struct policy *fixer_policy(const struct fixer *f);
const struct tree *fixer_tree(const struct fixer *f);
/* What a person should know of the start: a line, or NULL. */
const char *fixer_notes(const struct fixer *f);

#endif
