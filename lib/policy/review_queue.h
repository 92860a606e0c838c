/* review_queue.h - plans that wait for a person, and the person's word
 *
 * A waiting plan is a file, queue/<id>.json in the state folder; the id is the front of the plan's
 * hash, so the same plan waits once.  An approval is a file named by the whole hash: it
 * lets that very plan through (same files, same bytes, same commands) and no other, once. */
#ifndef HEAL_POLICY_REVIEW_QUEUE_H
#define HEAL_POLICY_REVIEW_QUEUE_H

#include "policy/plan.h"

enum approval { APPROVAL_YES, APPROVAL_NO };
bool approval_is(const char *hash, enum approval which);
/* The plan was applied (plan_apply says so): it waits no longer, and its approval is used up. */
void queue_done(const char *hash);

struct queued {
	struct str id, plan, root, solution, reason, time, diff;
	struct str status;   /* waiting, approved, rejected */
	struct json *record; /* the record; its solution of that id is what waits */
};

/* The id of the waiting plan of that hash: a view of it. */
struct str queue_id(struct str hash);
bool queue_add(struct arena *a, const struct plan *plan, const struct record *record, const char *reason,
	struct str *id, struct err *err);
/* Oldest first. */
bool queue_list(struct arena *a, struct queued **at, size_t *n, struct err *err);
bool queue_show(struct arena *a, const char *id, struct queued *q, struct err *err);
bool queue_approve(const char *id, struct err *err);
bool queue_reject(const char *id, struct err *err);
/* Take it off the queue; an approval stays. */
bool queue_remove(const char *id, struct err *err);

#endif
