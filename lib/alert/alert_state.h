/* alert_state.h - the states of an alert
 *
 *   waiting    the issue is present, but for less than alert.once_after seconds, or its last alert was sent less than
 *              alert.once_within seconds ago
 *   due        to be sent, after alerts were collected for alert.accumulate seconds
 *   sending    part of a message that is being sent
 *   sent       the message was sent, or dropped after ALERT_TRIES attempts; the issue is present
 *   resolving  the issue is resolved, and a message that says so is being sent
 *   quiet      the issue is resolved; kept until alert.once_within seconds after the alert
 *
 * An issue that is resolved while its alert is waiting or due causes no message.
 *
 * A message has an id.  Before it is sent, its alerts are stored as sending or resolving with this id, and afterwards
 * as sent or quiet.  If the process is killed in between, the message is sent again with the same id, so that it is not
 * lost and the receiver can recognize a duplicate.
 *
 * Nothing here reads a clock: times are seconds since 1970. */
#ifndef HEAL_ALERT_ALERT_STATE_H
#define HEAL_ALERT_ALERT_STATE_H

#include "base/arena.h"

struct alert_rule {
	double once_within, once_after, accumulate; /* seconds */
};

enum alert_phase { ALERT_WAITING, ALERT_DUE, ALERT_SENDING, ALERT_SENT, ALERT_RESOLVING, ALERT_QUIET, ALERT_PHASES };

/* Whether a report contains an issue; unknown if its check did not run to its end. */
enum presence { PRESENT, ABSENT, PRESENCE_UNKNOWN };

struct alert {
	struct str key;
	enum alert_phase phase;
	int64_t since;    /* when the issue appeared */
	int64_t told;     /* when its last alert was sent; 0: never */
	int64_t due;      /* when it became due or was resolved */
	struct str batch; /* id of the message that it is part of, or empty */
	int64_t channels; /* bit mask: channels that have not got it yet */
	int64_t tries, tried;
	int64_t severity;
	struct str check, description; /* check: without blanks */
	bool changed;                  /* since it was stored */
};

/* Update the state after a report.  Sending and resolving end only when the message was sent or dropped. */
void alert_advance(struct alert *x, const struct alert_rule *r, enum presence presence, int64_t now);
/* Is it quiet, and can it be deleted? */
bool alert_is_over(const struct alert *x, const struct alert_rule *r, int64_t now);

/* The time of the next attempt to send a message: 1, 2, 4 ... minutes after the previous one, at most an hour.  A
 * message is dropped after ALERT_TRIES attempts. */
enum { ALERT_TRIES = 10 };
int64_t alert_next_try(const struct alert *x);

struct str alert_text(struct arena *a, const struct alert *x);
/* false: the text is not a state. */
bool alert_parse(struct str text, struct alert *out);

#endif
