/* healing.h - which issue of a report starts a healing session
 *
 * An issue of severity 8 or more starts a session if the command of a check found it and it is not flaky.  The session
 * runs that command with heal run, for all such issues of the check.  They start no further session while reports
 * contain them, even after a restart: their states are stored (monitor_state.h) before the session begins.  An issue
 * that was gone and came back is new.  A report starts at most one session, and none for an issue while the circuit
 * breaker of its rule is open.
 *
 * Nothing here reads a clock or starts a process. */
#ifndef HEAL_HEALTH_HEALING_H
#define HEAL_HEALTH_HEALING_H

#include "config/config.h"
#include "health/breaker.h"
#include "store/monitor_state.h"

/* A key, in the arena and without blanks, that identifies the issue in later reports. */
struct str issue_key(struct arena *a, const struct health_issue *i);
/* The name of the issue's breaker: its rule, or its check if it has none. */
struct str issue_rule(struct arena *a, const struct health_issue *i);
struct breaker_rule breaker_rule_of(const struct config *config);

struct healing {
	struct str project;
	const struct health_issue *issue; /* of the report; NULL: no session is needed */
	const struct health_check *check;
	struct breaker breaker;
	struct record started; /* the event */
};

/* Delete the states of issues that are gone, choose an issue, and store that its session begins.  false: err; no
 * session may begin. */
bool healing_begin(struct store *s, struct arena *a, const struct record *report, const struct breaker_rule *rule,
	int64_t now, struct healing *out, struct err *err);
/* Store the result of the session; *ended is the event. */
bool healing_end(struct store *s, struct arena *a, const struct healing *h, const struct breaker_rule *rule,
	bool success, struct str detail, int64_t now, struct record *ended, struct err *err);

#endif
