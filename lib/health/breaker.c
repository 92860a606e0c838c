#include "health/breaker.h"

#include <string.h>

static const char *const phases[] = {
	[BREAKER_CLOSED] = "closed", [BREAKER_OPEN] = "open", [BREAKER_HALF_OPEN] = "half-open"
};

static void since(struct breaker *b, enum breaker_phase phase, int64_t now)
{
	*b = (struct breaker){ .phase = phase, .at = { now }, .n = 1 };
}

bool breaker_permits(struct breaker *b, const struct breaker_rule *r, int64_t now)
{
	if (b->phase == BREAKER_CLOSED)
		return true;
	if (now >= b->at[0] && (double)(now - b->at[0]) < r->pause)
		return false;
	since(b, BREAKER_HALF_OPEN, now);
	return true;
}

/* Failures that were too long ago, or are in the future, do not count. */
static void forget_old(struct breaker *b, const struct breaker_rule *r, int64_t now)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->n; i++)
		if (b->at[i] <= now && (double)(now - b->at[i]) <= r->within)
			b->at[kept++] = b->at[i];
	b->n = kept;
}

void breaker_result(struct breaker *b, const struct breaker_rule *r, bool success, int64_t now)
{
	size_t most = r->failures < 1 ? 1 : r->failures > BREAKER_MOST ? BREAKER_MOST : (size_t)r->failures;

	if (success) {
		*b = (struct breaker){ .phase = BREAKER_CLOSED };
		return;
	}
	if (b->phase != BREAKER_CLOSED) {
		since(b, BREAKER_OPEN, now);
		return;
	}
	forget_old(b, r, now);
	if (b->n == BREAKER_MOST)
		memmove(b->at, b->at + 1, --b->n * sizeof(b->at[0]));
	b->at[b->n++] = now;
	if (b->n >= most)
		since(b, BREAKER_OPEN, now);
}

struct str breaker_text(struct arena *a, const struct breaker *b)
{
	struct str text = str_of(phases[b->phase]);

	if (b->phase == BREAKER_CLOSED && !b->n)
		return STR(""); /* as one that never failed */
	for (size_t i = 0; i < b->n; i++)
		text = arena_printf(a, "%.*s %lld", STR_ARG(text), (long long)b->at[i]);
	return text;
}

struct breaker breaker_parse(struct str text)
{
	struct breaker b = { .phase = BREAKER_CLOSED };
	struct str rest = text, word;
	size_t phase = 0;

	if (!str_split(&rest, ' ', &word))
		return b;
	while (phase <= BREAKER_HALF_OPEN && !str_is(word, phases[phase]))
		phase++;
	if (phase > BREAKER_HALF_OPEN)
		return b;
	while (b.n < BREAKER_MOST && str_split(&rest, ' ', &word) && str_number(word, &b.at[b.n]))
		b.n++;
	if (phase == BREAKER_CLOSED || b.n == 1)
		b.phase = (enum breaker_phase)phase;
	else
		b.n = 0;
	return b;
}

struct str breaker_show(struct arena *a, const struct breaker *b, const struct breaker_rule *r, int64_t now)
{
	long long left = b->n ? (long long)((double)b->at[0] + r->pause) - now : 0;

	switch (b->phase) {
	case BREAKER_OPEN:
		return left > 0 ? arena_printf(a, "open, an attempt is made in %lld s", left) :
				  STR("open, an attempt is made at the next report");
	case BREAKER_HALF_OPEN:
		return STR("half-open, one attempt is being made");
	case BREAKER_CLOSED:
		break;
	}
	return arena_printf(a, "closed, %zu failure%s", b->n, b->n == 1 ? "" : "s");
}
