/* breaker.h - a circuit breaker: after several failures in a row, no further attempt for a while
 *
 *   closed     attempts are made.  `failures` failures in a row within `within` seconds open it; a success resets the
 *              count
 *   open       no attempt is made until `pause` seconds are over
 *   half-open  one attempt is being made: a success closes the breaker, a failure opens it again.  If there is no
 *              result after a further pause, because the process was killed, another attempt is made
 *
 * Nothing here reads a clock: times are seconds since 1970.  If the clock was set back, how long ago the breaker opened
 * is unknown, and one attempt is made. */
#ifndef HEAL_HEALTH_BREAKER_H
#define HEAL_HEALTH_BREAKER_H

#include "base/arena.h"

enum { BREAKER_MOST = 20 };

struct breaker_rule {
	int64_t failures;     /* 1 to BREAKER_MOST */
	double within, pause; /* seconds */
};

enum breaker_phase { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN };
struct breaker {
	enum breaker_phase phase;
	int64_t at[BREAKER_MOST]; /* closed: the last failures, oldest first; else at[0]: since when */
	size_t n;
};

/* May an attempt be made?  If the pause of an open breaker is over, the breaker becomes half-open. */
bool breaker_permits(struct breaker *b, const struct breaker_rule *r, int64_t now);
void breaker_result(struct breaker *b, const struct breaker_rule *r, bool success, int64_t now);

/* As text for the store, such as "open 1700000000".  breaker_parse returns a closed breaker for any other text. */
struct str breaker_text(struct arena *a, const struct breaker *b);
struct breaker breaker_parse(struct str text);
/* As text for the user. */
struct str breaker_show(struct arena *a, const struct breaker *b, const struct breaker_rule *r, int64_t now);

#endif
