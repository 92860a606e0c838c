#include "alert/alert_state.h"

enum { MINUTE = 60, HOUR = 3600, NUMBERS = 7 };

static const char *const phases[ALERT_PHASES] = { [ALERT_WAITING] = "waiting",
	[ALERT_DUE] = "due",
	[ALERT_SENDING] = "sending",
	[ALERT_SENT] = "sent",
	[ALERT_RESOLVING] = "resolving",
	[ALERT_QUIET] = "quiet" };

static void become(struct alert *x, enum alert_phase phase)
{
	x->phase = phase;
	x->changed = true;
}

/* A clock that was set back must not silence an alert. */
static bool has_passed(int64_t since, double seconds, int64_t now)
{
	return now < since || (double)(now - since) >= seconds;
}

static void wait_over(struct alert *x, const struct alert_rule *r, int64_t now)
{
	if (!has_passed(x->since, r->once_after, now) || (x->told && !has_passed(x->told, r->once_within, now)))
		return;
	x->due = now;
	become(x, ALERT_DUE);
}

void alert_advance(struct alert *x, const struct alert_rule *r, enum presence presence, int64_t now)
{
	switch (x->phase) {
	case ALERT_QUIET:
		if (presence != PRESENT)
			break;
		x->since = now;
		become(x, ALERT_WAITING);
		wait_over(x, r, now);
		break;
	case ALERT_WAITING:
	case ALERT_DUE:
		if (presence == ABSENT)
			become(x, ALERT_QUIET);
		else if (x->phase == ALERT_WAITING && presence == PRESENT)
			wait_over(x, r, now);
		break;
	case ALERT_SENT:
		if (presence == ABSENT) {
			x->due = now;
			become(x, ALERT_RESOLVING);
		}
		break;
	case ALERT_SENDING:
	case ALERT_RESOLVING:
	case ALERT_PHASES:
		break;
	}
}

bool alert_is_over(const struct alert *x, const struct alert_rule *r, int64_t now)
{
	return x->phase == ALERT_QUIET && (!x->told || has_passed(x->told, r->once_within, now));
}

int64_t alert_next_try(const struct alert *x)
{
	int64_t pause = MINUTE;

	for (int64_t i = 1; i < x->tries && pause < HOUR; i++)
		pause *= 2;
	return x->tries ? x->tried + (pause < HOUR ? pause : HOUR) : 0;
}

struct str alert_text(struct arena *a, const struct alert *x)
{
	return arena_printf(a, "%s %lld %lld %lld %lld %lld %lld %lld %s%.*s %.*s %.*s", phases[x->phase],
		(long long)x->since, (long long)x->told, (long long)x->due, (long long)x->channels, (long long)x->tries,
		(long long)x->tried, (long long)x->severity, x->batch.n ? "" : "-", STR_ARG(x->batch),
		STR_ARG(x->check.n ? x->check : STR("-")), STR_ARG(x->description));
}

bool alert_parse(struct str text, struct alert *out)
{
	struct alert x = { 0 };
	int64_t *const numbers[NUMBERS] = { &x.since, &x.told, &x.due, &x.channels, &x.tries, &x.tried, &x.severity };
	struct str rest = text, word;
	size_t phase = 0;

	if (!str_split(&rest, ' ', &word))
		return false;
	while (phase < ALERT_PHASES && !str_is(word, phases[phase]))
		phase++;
	for (size_t i = 0; i < NUMBERS; i++)
		if (!str_split(&rest, ' ', &word) || !str_number(word, numbers[i]))
			return false;
	if (phase == ALERT_PHASES || !str_split(&rest, ' ', &x.batch) || !str_split(&rest, ' ', &x.check))
		return false;
	x.phase = (enum alert_phase)phase;
	x.batch = str_is(x.batch, "-") ? STR("") : x.batch;
	x.check = str_is(x.check, "-") ? STR("") : x.check;
	x.description = str_or_empty(rest);
	*out = x;
	return true;
}
