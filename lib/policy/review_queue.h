/* review_queue.h - plans that need approval, and the decisions about them
 *
 * A queued plan is a file queue/<id>.json in the state directory; the id is the start of the plan's hash, so the same
 * plan is queued once.  An approval, approved/<hash>.json, names the whole hash, who gave it, when, and the files with
 * their hashes.  It permits exactly this plan (same contents of the same files, edited or read by a command; same
 * commands), once.  A denial, denied/<hash>.json, also has a reason.
 *
 * Only files that no other user could have written count (review_files.h); a denial counts in any case. */
#ifndef HEAL_POLICY_REVIEW_QUEUE_H
#define HEAL_POLICY_REVIEW_QUEUE_H

#include "config/config.h"
#include "policy/plan.h"

/* The reasons of a denial, for OPT_CHOICE. */
#define DENIAL_REASONS "wrong|harmful|incomplete|unneeded|out-of-scope|by-hand|other"

enum approval_state {
	APPROVAL_NONE,
	APPROVAL_VALID,
	APPROVAL_VOID, /* there is one, but it does not count; `why` says why */
};
struct approval {
	enum approval_state state;
	struct str user, time;
	struct str why;
};

/* Was this plan approved?  Void: by somebody who may not, in files that are not trusted, or for other contents of the
 * files. */
struct approval approval_find(struct arena *a, const struct plan *plan, const struct config *config);
/* Was it denied?  reason: in words, with who and when. */
bool denial_find(struct arena *a, const char *hash, struct str *reason);
/* The plan was applied: remove it from the queue with its approval. */
void queue_done(const char *hash);

struct queued {
	struct str id, plan, root, solution, why, reason, time, diff;
	struct str status;   /* waiting, approved, denied */
	struct str by;       /* who approved or denied it, and when; empty while it waits */
	struct str command;  /* the failed command, as typed; may be empty */
	struct json *files;  /* [{"path", "sha"}]: the contents that the plan is for; sha "absent": no such file */
	struct json *record; /* the record; the plan is that of its solution with this id */
};

/* The id of the waiting plan of that hash: a view of it. */
struct str queue_id(struct str hash);
/* why: a word of the closed list in policy.h; reason: in words.  An older plan for the same incident and solution is
 * replaced. */
bool queue_add(struct arena *a, const struct plan *plan, const struct record *record, const char *why,
	const char *reason, struct str *id, struct err *err);
/* Oldest first.  A file that is not trusted or is damaged is left out; *left_out (may be NULL) names the last one. */
bool queue_list(struct arena *a, struct queued **at, size_t *n, struct str *left_out, struct err *err);
bool queue_show(struct arena *a, const char *id, struct queued *q, struct err *err);
/* Are the files of the plan still those that it was made for?  false: err names the first that is not. */
bool queue_is_current(struct arena *a, const struct queued *q, struct err *err);
/* Refused if a file of the plan has changed since. */
bool queue_approve(const char *id, struct err *err);
/* reason: one of DENIAL_REASONS. */
bool queue_deny(const char *id, const char *reason, struct err *err);
/* Remove it from the queue; an approval remains. */
bool queue_remove(const char *id, struct err *err);

#endif
