/* healing.h - which issue of a report starts a healing session
 *
 * An issue of severity 8 or more, that a command of a check found and that is not flaky, starts one session: that
 * command, by heal run, for all such issues of its check.  It starts no further one while the reports have it, also not
 * after a restart: the states are in the store (monitor_state.h) before the session begins.  An issue that was gone and
 * came back is new.  One session begins for a report at most, and none while the breaker of the issue's rule is open.
 *
 * Nothing here reads a clock or starts a process. */
#ifndef HEAL_HEALTH_HEALING_H
#define HEAL_HEALTH_HEALING_H

#include "config/config.h"
#include "health/breaker.h"
#include "store/monitor_state.h"

/* What an issue is found by in later reports, in the arena: no blanks. */
struct str issue_key(struct arena *a, const struct health_issue *i);
/* What has a breaker: the rule of the issue, else its check. */
struct str issue_rule(struct arena *a, const struct health_issue *i);
struct breaker_rule breaker_rule_of(const struct config *config);

struct healing {
	struct str project;
	const struct health_issue *issue; /* of the report; NULL: no session is to begin */
	const struct health_check *check;
	struct breaker breaker;
	struct record started; /* the event */
};

/* Forget issues that are gone, and choose.  What begins is stored already.  false: err; no session may begin. */
bool healing_begin(struct store *s, struct arena *a, const struct record *report, const struct breaker_rule *rule,
	int64_t now, struct healing *out, struct err *err);
/* The session ended; ended: the event. */
bool healing_end(struct store *s, struct arena *a, const struct healing *h, const struct breaker_rule *rule,
	bool success, struct str detail, int64_t now, struct record *ended, struct err *err);

#endif
