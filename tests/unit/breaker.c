/* A circuit breaker: examples, and its properties on random sequences. */
#include <stdlib.h>

#include "health/breaker.h"
#include "tap.h"

static const struct breaker_rule rule = { 3, 100, 60 };

static struct breaker failed(const struct breaker_rule *r, const int64_t *at, size_t n)
{
	struct breaker b = { 0 };

	for (size_t i = 0; i < n; i++)
		breaker_result(&b, r, false, at[i]);
	return b;
}

static void examples(void)
{
	const int64_t soon[] = { 1000, 1010, 1020 }, late[] = { 1000, 1050, 1101 }, last[] = { 1000, 1090, 1110, 1120 };
	struct breaker b = failed(&rule, soon, 2);

	ok(b.phase == BREAKER_CLOSED && breaker_permits(&b, &rule, 1011), "two failures leave it closed");
	b = failed(&rule, soon, 3);
	ok(b.phase == BREAKER_OPEN && !breaker_permits(&b, &rule, 1079), "three open it, for the pause");
	ok(breaker_permits(&b, &rule, 1080) && b.phase == BREAKER_HALF_OPEN, "then one attempt is made");
	ok(!breaker_permits(&b, &rule, 1081), "and no second one");
	struct breaker lost = b;
	breaker_result(&b, &rule, false, 1085);
	ok(b.phase == BREAKER_OPEN && !breaker_permits(&b, &rule, 1140), "if it fails, the pause begins again");
	ok(breaker_permits(&b, &rule, 1145), "and ends again");
	breaker_result(&b, &rule, true, 1150);
	ok(b.phase == BREAKER_CLOSED && b.n == 0, "a success closes it");
	ok(breaker_permits(&lost, &rule, 1140), "an attempt without a result is made again after a pause");
	ok(failed(&rule, late, 3).phase == BREAKER_CLOSED, "failures that are too long ago do not count");
	ok(failed(&rule, last, 4).phase == BREAKER_OPEN, "the last three within the time count");
	b = failed(&rule, soon, 2);
	breaker_result(&b, &rule, true, 1015);
	breaker_result(&b, &rule, false, 1016);
	ok(b.phase == BREAKER_CLOSED && b.n == 1, "a success in between begins anew");
	b = failed(&rule, soon, 3);
	ok(breaker_permits(&b, &rule, 10) && b.phase == BREAKER_HALF_OPEN && b.at[0] == 10 &&
			!breaker_permits(&b, &rule, 69) && breaker_permits(&b, &rule, 70),
		"a clock that was set back does not keep it open: one attempt is made");
}

static void texts(void)
{
	static const char *const wrong[] = { "", "opened 1", "open", "open x", "open 1 2", "half-open", "closed x",
		"\xff", "closed 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23" };
	struct arena a = ARENA_INIT;
	bool harmless = true;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct breaker b = breaker_parse(str_of(wrong[i]));
		harmless &= b.phase == BREAKER_CLOSED && b.n <= BREAKER_MOST;
	}
	ok(harmless, "a text that is no state is a closed breaker");
	arena_free(&a);
}

/* What is stored after each step is what the next step has, as if the process had been killed in between. */
static void random_sequences(void)
{
	struct arena a = ARENA_INIT;
	bool same = true, spaced = true;

	srand(3);
	for (int round = 0; round < 500; round++) {
		const struct breaker_rule r = { 1 + rand() % BREAKER_MOST, 1 + rand() % 500, 1 + rand() % 500 };
		struct breaker b = { 0 };
		int64_t now = 1000000, opened = -1;
		for (int step = 0; step < 100; step++, arena_reset(&a)) {
			now += rand() % 100;
			struct breaker stored = breaker_parse(breaker_text(&a, &b));
			same &= stored.phase == b.phase && stored.n == b.n &&
				str_eq(breaker_text(&a, &stored), breaker_text(&a, &b));
			b = stored;
			bool permits = breaker_permits(&b, &r, now);
			spaced &= !permits || opened < 0 || (double)(now - opened) >= r.pause;
			if (!permits || rand() % 10 == 0) /* killed before the result was known */
				continue;
			breaker_result(&b, &r, rand() % 4 == 0, now);
			opened = b.phase == BREAKER_OPEN ? now : -1;
		}
	}
	ok(same, "a state is read as it was written");
	ok(spaced, "no attempt is made within the pause after it opened");
	arena_free(&a);
}

int main(void)
{
	examples();
	texts();
	random_sequences();
	return tap_end();
}
