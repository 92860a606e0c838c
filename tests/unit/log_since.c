/* log_since - the time of a log's line, and what of a log is read from a time on */
#include "detect/log_since.h"

#include <stdlib.h>
#include <time.h>

#include "base/when.h"
#include "policy_of.h"
#include "tap.h"

static struct pack *pack;
static struct arena a;

static void times_are(void)
{
	static const struct {
		const char *line, *want; /* empty: none */
	} cases[] = {
		{ "2026-11-24T02:18:16.123Z ERROR x", "2026-11-24T02:18:16.000Z" },
		{ "2026-11-24T02:18:16.123+01:00 ERROR x", "2026-11-24T01:18:16.000Z" },
		{ "2026-11-24 02:18:16,123 - root - ERROR", "2026-11-24T02:18:16.000Z" },
		{ "[2026-11-24 02:18:16 -0530] [7] [ERROR]", "2026-11-24T07:48:16.000Z" },
		{ "2026/11/24 02:18:16 [error] 7#7: *1 open() failed", "2026-11-24T02:18:16.000Z" },
		{ "2026-11-24 02:18 x", "2026-11-24T02:18:00.000Z" },
		{ "web-1  | 2026-11-24T02:18:16.123456789Z x", "2026-11-24T02:18:16.000Z" },
		{ "127.0.0.1 - - [24/Nov/2026:02:18:16 +0200] \"GET /\"", "2026-11-24T00:18:16.000Z" },
		{ "[Tue Nov 24 02:18:16.123456 2026] [core:error]", "2026-11-24T02:18:16.000Z" },
		{ "Nov 24 02:18:16 host app[1]: x", "2026-11-24T02:18:16.000Z" },
		{ "Dec  3 02:18:16 host app[1]: of last year", "2025-12-03T02:18:16.000Z" },
		{ "Nov 24, 2026 2:18:16 PM org.x.Y run", "2026-11-24T14:18:16.000Z" },
		{ "24-Nov-2026 02:18:16.123 SEVERE [main]", "2026-11-24T02:18:16.000Z" },
		{ "E1124 02:18:16.123456       1 main.go:5] x", "2026-11-24T02:18:16.000Z" },
		{ "1795486696.123 x", "2026-11-24T02:18:16.000Z" },
		{ "{\"level\":\"error\",\"ts\":1795486696.123,\"msg\":\"x\"}", "2026-11-24T02:18:16.000Z" },
		{ "{\"time\":1795486696123,\"msg\":\"x\"}", "2026-11-24T02:18:16.123Z" },
		{ "{\"time\":\"2026-11-24T02:18:16Z\",\"msg\":\"x\"}", "2026-11-24T02:18:16.000Z" },
		{ "time=\"2026-11-24T02:18:16Z\" level=error", "2026-11-24T02:18:16.000Z" },
		{ "ts=1795486696 level=error", "2026-11-24T02:18:16.000Z" },
		{ "02:18:16.123 [main] ERROR x", "2026-11-24T02:18:16.000Z" },
		{ "23:18:16.123 [main] ERROR of yesterday", "2026-11-23T23:18:16.000Z" },
		{ "a.c:3:2: error: x", "" },
		{ "  at x.go:12", "" },
		{ "version 2026-13-45 10:00:00", "" },
		{ "order 1234567890123456 failed", "" },
		{ "", "" },
	};
	struct log_since *s = log_since_new(pack, 0);
	char room[WHEN_TEXT];
	int64_t now = 0, ms;

	when_parse(STR("2026-11-24T03:00:00Z"), &now);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool has = log_time_of(s, str_of(cases[i].line), now, &ms);
		is_str(has ? when_text(ms, room) : STR(""), cases[i].want, cases[i].line);
	}
	log_since_free(s);
}

/* What is left of a text that comes in pieces of n bytes. */
static struct str left(const char *since, const char *text, size_t n, unsigned long *untimed)
{
	int64_t ms = 0;
	struct buf in, out;

	when_parse(str_of(since), &ms);
	struct log_since *s = log_since_new(pack, ms);
	buf_init(&in, 1 << 20);
	buf_init(&out, 1 << 20);
	log_since_begin(s);
	for (struct str rest = str_of(text); rest.n; rest = str_sub(rest, n, rest.n)) {
		buf_add(&in, str_sub(rest, 0, n));
		log_since_take(s, &in, &out, false);
	}
	log_since_take(s, &in, &out, true);
	log_since_begin(s);
	*untimed = log_since_untimed(s);
	struct str got = arena_str(&a, buf_str(&out));
	buf_release(&in);
	buf_release(&out);
	log_since_free(s);
	return got;
}

static void logs_begin(void)
{
	static const char log[] = "2026-11-24T01:00:00Z a\n b\n2026-11-24T02:00:00Z c\n d\n2026-11-24T01:59:59Z e\n";
	unsigned long untimed;

	for (size_t n = 1; n < 100; n += 7) {
		is_str(left("2026-11-24T01:30:00Z", log, n, &untimed),
			"\n\n2026-11-24T02:00:00Z c\n d\n2026-11-24T01:59:59Z e\n", "earlier lines are empty");
		is_int((int)untimed, 0, "it has times");
	}
	is_str(left("2026-11-24T00:00:00Z", log, 9, &untimed), log, "all is late enough");
	is_str(left("2026-11-25", log, 9, &untimed), "\n\n\n\n\n", "nothing is");
	is_str(left("2026-11-24", "a\nb", 9, &untimed), "\n", "without a time nothing is known to be");
	is_int((int)untimed, 1, "which is counted");
	is_str(left("2026-11-24", "", 9, &untimed), "", "of an empty log nothing is missed");
	is_int((int)untimed, 0, "so it is not");
	is_str(left("2026-11-24", "2026-11-24T01:00:00Z a", 9, &untimed), "2026-11-24T01:00:00Z a", "a last line");
}

int main(void)
{
	stdio_begin("unit-log_since");
	setenv("TZ", "UTC", 1);
	tzset();
	struct built_policy b = policy_built();
	pack = b.pack;
	times_are();
	logs_begin();
	policy_built_free(&b);
	arena_free(&a);
	return tap_end();
}
