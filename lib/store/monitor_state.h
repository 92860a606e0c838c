/* monitor_state.h - what heal-monitor must know after a restart: breakers, healing sessions, alerts
 *
 * Each state is the newest value of a name in a project.  A change is a record of kind event with the member
 * event.change, as an adjustment is (adjustment.h), and in the same table: both are in the hash chain, and in each
 * backend.  A change is stored when the function returns, so a process that is killed later loses none. */
#ifndef HEAL_STORE_MONITOR_STATE_H
#define HEAL_STORE_MONITOR_STATE_H

#include "store/store.h"

enum monitor_state {
	MONITOR_BREAKER, /* of a rule: breaker.h */
	MONITOR_HEALING, /* of an issue: when its healing session began */
	MONITOR_ALERT    /* of an issue: alert_state.h */
};

struct monitor_change {
	enum monitor_state kind;
	struct str name;         /* without blanks: a rule, a fingerprint */
	struct str project;      /* its root */
	struct str value;        /* empty: none */
	const char *event;       /* its name, heal-record(5) */
	struct str detail, rule; /* of the event; may be empty */
};
/* r (may be NULL) gets the event's record. */
bool monitor_state_set(
	struct store *s, struct arena *a, const struct monitor_change *c, struct record *r, struct err *err);

/* The value, in the arena; p == NULL: none, or it cannot be read. */
struct str monitor_state_get(
	struct store *s, struct arena *a, enum monitor_state kind, struct str name, struct str project);

/* All of a kind in a project that have a value, by name. */
typedef void monitor_state_fn(void *ctx, struct str name, struct str value);
bool monitor_states_each(struct store *s, enum monitor_state kind, struct str project, monitor_state_fn *each,
	void *ctx, struct err *err);

#endif
