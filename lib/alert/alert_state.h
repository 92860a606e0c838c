/* alert_state.h - when an alert is sent, and when it is over
 *
 *   waiting    the issue is there, and not yet for alert.once_after seconds, or less than alert.once_within seconds ago
 *              there was an alert of it; if it goes, nobody hears of it
 *   due        to be sent, gathered with others for alert.accumulate seconds
 *   sending    being sent, as part of a message
 *   sent       until the issue is gone
 *   resolving  it is gone, and that is being sent
 *   quiet      over; kept until alert.once_within seconds after the alert
 *
 * A message has an id.  Its alerts are stored as sending or resolving with this id before it is sent, and as sent or
 * quiet afterwards.  If the process is killed in between, the same message is sent again with the same id, by which a
 * receiver knows it; so none is lost.
 *
 * Nothing here reads a clock: times are seconds since 1970. */
#ifndef HEAL_ALERT_ALERT_STATE_H
#define HEAL_ALERT_ALERT_STATE_H

#include "base/arena.h"

struct alert_rule {
	double once_within, once_after, accumulate; /* seconds */
};

enum alert_phase { ALERT_WAITING, ALERT_DUE, ALERT_SENDING, ALERT_SENT, ALERT_RESOLVING, ALERT_QUIET, ALERT_PHASES };

/* What a report says of an issue.  A check that could not be made says nothing. */
enum presence { PRESENT, ABSENT, PRESENCE_UNKNOWN };

struct alert {
	struct str key;
	enum alert_phase phase;
	int64_t since;    /* the issue is there */
	int64_t told;     /* the last alert of it was sent; 0: none */
	int64_t due;      /* to be sent */
	struct str batch; /* id of the message; empty: in none */
	int64_t channels; /* bits: which still have to get it */
	int64_t tries, tried;
	int64_t severity;
	struct str check, description; /* check: without blanks */
	bool changed;                  /* since it was stored */
};

/* What follows from a report; sending and resolving end by delivery only. */
void alert_advance(struct alert *x, const struct alert_rule *r, enum presence presence, int64_t now);
/* A quiet alert that can be forgotten. */
bool alert_is_over(const struct alert *x, const struct alert_rule *r, int64_t now);

/* A message could not be sent to all: when is it tried again?  After 1, 2, 4 ... minutes, at most an hour, and
 * ALERT_TRIES times. */
enum { ALERT_TRIES = 10 };
int64_t alert_next_try(const struct alert *x);

struct str alert_text(struct arena *a, const struct alert *x);
/* false: the text is not a state. */
bool alert_parse(struct str text, struct alert *out);

#endif
