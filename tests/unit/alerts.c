/* Alerts: the states of one, HMAC, messages with hostile texts, and a week of reports with failures and kills. */
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "alert/channels.h"
#include "base/hmac.h"
#include "health/healing.h"
#include "store/health.h"
#include "store/monitor_state.h"
#include "tap.h"

/* ---- one alert ---- */

static const struct alert_rule plain = { 3600, 0, 0 };

static void states(void)
{
	struct alert x = { .phase = ALERT_QUIET };
	const struct alert_rule slow = { 3600, 600, 0 };

	alert_advance(&x, &plain, PRESENT, 1000);
	ok(x.phase == ALERT_DUE && x.due == 1000, "an issue is due at once");
	alert_advance(&x, &plain, ABSENT, 1010);
	ok(x.phase == ALERT_QUIET && alert_is_over(&x, &plain, 1010),
		"gone before anybody heard of it, it is forgotten");
	x = (struct alert){ .phase = ALERT_SENT, .told = 1000 };
	alert_advance(&x, &plain, PRESENCE_UNKNOWN, 1010);
	ok(x.phase == ALERT_SENT, "a check that could not be made resolves nothing");
	alert_advance(&x, &plain, PRESENT, 9999);
	ok(x.phase == ALERT_SENT, "while it is there it is not sent again");
	alert_advance(&x, &plain, ABSENT, 1020);
	ok(x.phase == ALERT_RESOLVING, "when it is gone that is sent");
	x.phase = ALERT_QUIET;
	ok(!alert_is_over(&x, &plain, 4599) && alert_is_over(&x, &plain, 4600), "it is kept for once_within");
	alert_advance(&x, &plain, PRESENT, 2000);
	ok(x.phase == ALERT_WAITING, "back within once_within, it waits");
	alert_advance(&x, &plain, PRESENT, 4600);
	ok(x.phase == ALERT_DUE, "until the time is over");
	x = (struct alert){ .phase = ALERT_QUIET };
	alert_advance(&x, &slow, PRESENT, 1000);
	alert_advance(&x, &slow, PRESENT, 1599);
	ok(x.phase == ALERT_WAITING, "with once_after it waits");
	alert_advance(&x, &slow, PRESENT, 1600);
	ok(x.phase == ALERT_DUE, "so long");
	x = (struct alert){ .phase = ALERT_WAITING, .since = 5000, .told = 5000 };
	alert_advance(&x, &slow, PRESENT, 10);
	ok(x.phase == ALERT_DUE, "a clock that was set back silences nothing");
	x = (struct alert){ .tries = 1, .tried = 100 };
	is_int(alert_next_try(&x), 160, "the first try is repeated after a minute");
	x.tries = 3;
	is_int(alert_next_try(&x), 340, "the third after four");
	x.tries = 9;
	is_int(alert_next_try(&x), 3700, "and none after more than an hour");
}

static void texts(void)
{
	static const char *const wrong[] = { "", "sent", "gone 1 2 3 4 5 6 7 b c d", "sent 1 2 3 4 5 6 x b c",
		"sent 1 2 3 4 5 6 7 b" };
	struct arena a = ARENA_INIT;
	struct alert x = { .phase = ALERT_SENDING,
		.since = 1,
		.told = 2,
		.due = 3,
		.channels = 4,
		.tries = 5,
		.tried = 6,
		.severity = 7,
		.batch = STR("b"),
		.check = STR("tests"),
		.description = STR("a  text with blanks") };
	struct alert y;
	bool refused = true;

	ok(alert_parse(alert_text(&a, &x), &y) && str_eq(alert_text(&a, &y), alert_text(&a, &x)) &&
			y.phase == ALERT_SENDING && y.tried == 6,
		"a state is read as it was written");
	is_str(y.description, "a  text with blanks", "with its text");
	x.batch = x.check = x.description = STR("");
	ok(alert_parse(alert_text(&a, &x), &y) && !y.batch.n && !y.check.n && !y.description.n, "empty members, too");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		refused &= !alert_parse(str_of(wrong[i]), &y);
	ok(refused, "other texts are refused");
	arena_free(&a);
}

/* RFC 4231, cases 1, 2 and 6. */
static void hmac(void)
{
	char hex[SHA256_HEX], key[20], long_key[131];

	memset(key, 0x0b, sizeof(key));
	hmac_sha256((struct str){ key, sizeof(key) }, STR("Hi There"), hex);
	is_str(str_of(hex), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", "HMAC of RFC 4231, 1");
	hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), hex);
	is_str(str_of(hex), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", "of case 2");
	memset(long_key, 0xaa, sizeof(long_key));
	hmac_sha256((struct str){ long_key, sizeof(long_key) },
		STR("Test Using Larger Than Block-Size Key - Hash Key First"), hex);
	is_str(str_of(hex), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
		"of case 6, a long key");
}

static void mails(void)
{
	struct arena a = ARENA_INIT;
	const struct alert x = { .severity = 9,
		.description = STR("x\nBcc: evil@example.org\r\n.\r\npassword = 'hunter2hunter2x'\033[31m") };
	struct alert_message m = { .id = STR("i"), .project = STR("/home/me/a\nBcc: evil@example.org\n\nb") };
	static const char *const wrong[] = { "", "-oQ/tmp@x", "a@b\nBcc: c@d", "a@b,c@d", "a@b c@d", "|sh@x", "a@b@c" };
	struct str mail = STR("");
	bool refused = true;

	*VEC_ADD(&a, &m.alerts) = &x;
	ok(message_mail(&a, STR("me+x@example.org"), &m, &mail), "a mail is made");
	size_t end = str_find(mail, STR("\n\n"));
	ok(str_find(mail, STR("\nBcc:")) == mail.n && str_find(mail, STR("\n.")) == mail.n &&
			str_find(mail, STR("\r")) == mail.n && str_find(mail, STR("\033")) == mail.n,
		"foreign text makes no header, no end and no control character");
	ok(str_find(str_sub(mail, 0, end), STR("evil@")) < end &&
			str_find(str_sub(mail, 0, end), STR("evil@ex")) > str_find(mail, STR("Subject:")),
		"it stays in the subject");
	ok(str_find(mail, STR("hunter2hunter2x")) == mail.n &&
			str_find(message_json(&a, &m), STR("hunter2hunter2x")) == message_json(&a, &m).n,
		"a secret is in neither mail nor JSON");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		refused &= !message_mail(&a, str_of(wrong[i]), &m, &mail);
	ok(refused, "what is not one plain address is refused");
	arena_free(&a);
}

/* ---- a week ---- */

enum { DAY = 86400, HOUR = 3600, TICK = 120, WEEK = 7 * DAY, FLAP = 20 * 60, ISSUES = 4, MESSAGES = 4000, ID_MAX = 64 };
static const int64_t begin = 1767225600; /* 2026-01-01 */

enum death { NONE, BEFORE_SENDING, AFTER_SENDING, IN_SESSION, AFTER_ALL, DEATHS };

/* In memory that survives the processes which make the ticks. */
struct week {
	char ids[MESSAGES][ID_MAX]; /* of the messages that arrived */
	int messages, again;        /* again: the same message as before, by its id */
	int firing[ISSUES], resolved[ISSUES], sessions[ISSUES];
	int opened, closed, half_open;
	bool down, running, overlap;
	enum death death;
};
static struct week *week;
static char week_dir[] = "/tmp/heal-week.XXXXXX", week_store[100];

static void die_if(enum death at)
{
	if (week->death == at)
		raise(SIGKILL);
}

static size_t issue_of(struct str description)
{
	return str_starts(description, "issue ") && description.n > 6 ? (size_t)(description.p[6] - '0') % ISSUES : 0;
}

static bool receive(
	void *ctx, struct arena *a, enum alert_channel channel, const struct alert_message *m, struct str *why)
{
	(void)ctx;
	(void)a;
	(void)channel;
	(void)why;
	die_if(BEFORE_SENDING);
	if (week->down)
		return false;
	for (int i = 0; i < week->messages; i++)
		if (str_is(m->id, week->ids[i])) {
			week->again++;
			return true;
		}
	snprintf(week->ids[week->messages++ % MESSAGES], ID_MAX, "%.*s", STR_ARG(m->id));
	for (size_t i = 0; i < m->alerts.n; i++)
		(m->resolved ? week->resolved : week->firing)[issue_of(m->alerts.at[i]->description)]++;
	die_if(AFTER_SENDING);
	return true;
}

static struct str time_of(struct arena *a, int64_t at)
{
	char text[40];
	time_t t = (time_t)at;
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.000Z", &tm);
	return arena_str(a, str_of(text));
}

/* Issue 0 comes and goes every 20 minutes, the others are there for six hours of 18. */
static bool is_there(int issue, int64_t second)
{
	return issue == 0 ? second / FLAP % 2 == 1 : (second / (6 * HOUR) + issue) % 3 == 0;
}

static struct record report_of(struct arena *a, int64_t second, bool unable)
{
	struct record r = record_new(a, KIND_HEALTH);
	struct health_check *c = VEC_ADD(a, &r.health.checks);

	r.time = r.health.timestamp = time_of(a, begin + second);
	for (int i = 0; i < ISSUES; i++)
		if (!unable && is_there(i, second))
			*VEC_ADD(a, &r.health.issues) = (struct health_issue){ .id = uuid7(a),
				.fingerprint = arena_printf(a, "f%d", i),
				.rule = arena_printf(a, "rule.%d", i),
				.type = STR("runtime_error"),
				.severity = 8,
				.check = STR("tests"),
				.description = arena_printf(a, "issue %d", i),
				.first_detected = r.time,
				.last_occurrence = r.time,
				.occurrence_count = 1 };
	*c = (struct health_check){ .check = STR("tests"),
		.kind = STR("tests"),
		.status = unable          ? STR("unable") :
			r.health.issues.n ? STR("failed") :
					    STR("passed") };
	*VEC_ADD(a, &c->command) = STR("make");
	r.health.project_id = STR("/week");
	r.health.metrics.issues = (int64_t)r.health.issues.n;
	r.health.overall_status = r.health.issues.n ? HEALTH_CRITICAL : HEALTH_EXCELLENT;
	r.health.health_score = r.health.issues.n ? 0.5 : 1;
	return r;
}

/* Sessions fail in the first three days. */
static bool session(struct store *s, struct arena *a, struct healing *h, int64_t second, struct err *err)
{
	static const struct breaker_rule rule = { 3, 6 * HOUR, 3 * HOUR };
	enum breaker_phase before = h->breaker.phase;
	struct record ended;

	week->overlap |= week->running;
	week->running = true;
	week->sessions[issue_of(h->issue->description)]++;
	week->half_open += before == BREAKER_HALF_OPEN;
	die_if(IN_SESSION);
	bool ok = healing_end(s, a, h, &rule, second >= 3 * DAY, STR(""), begin + second, &ended, err);
	enum breaker_phase after = breaker_parse(ended.event.change.after).phase;
	week->opened += after == BREAKER_OPEN;
	week->closed += before == BREAKER_HALF_OPEN && after == BREAKER_CLOSED;
	week->running = false;
	return ok;
}

static bool tick(struct store *s, int64_t second, bool unable)
{
	static const struct breaker_rule rule = { 3, 6 * HOUR, 3 * HOUR };
	const struct alert_settings set = {
		.rule = { HOUR, 0, 0 }, .severity = 8, .score = 0.3, .channels = 1U << CHANNEL_WEBHOOK
	};
	struct arena a = ARENA_INIT;
	struct err err = { HEAL_OK, "" };
	struct record r = report_of(&a, second, unable);
	struct healing h;

	bool fine = store_add(s, &r, &err) &&
		alerts_report(s, &a, &r, true, &set, begin + second, receive, NULL, &err) &&
		healing_begin(s, &a, &r, &rule, begin + second, &h, &err) &&
		(!h.issue || session(s, &a, &h, second, &err));
	if (!fine)
		printf("# %s\n", err.text);
	arena_free(&a);
	die_if(AFTER_ALL);
	return fine;
}

/* The tick of a process of its own, which is killed somewhere in it. */
static void tick_killed(int64_t second)
{
	fflush(stdout);
	pid_t child = fork();

	if (child == 0) {
		struct err err;
		struct store *s = store_open(week_store, &err);
		_exit(!(s && tick(s, second, false)));
	}
	waitpid(child, NULL, 0);
	week->running = false;
}

static bool count_report(void *ctx, const struct record *r)
{
	(void)r;
	(*(int *)ctx)++;
	return true;
}

static long memory(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

static bool old_remove(struct store *s, int64_t second)
{
	struct arena a = ARENA_INIT;
	int64_t removed;
	struct err err;
	bool ok = store_remove_before(s, time_of(&a, begin + second - DAY), &removed, &err);

	arena_free(&a);
	return ok;
}

static bool week_live(long *grown)
{
	struct err err;
	struct store *s = store_open(week_store, &err);
	long after_two_days = 0;
	bool fine = s != NULL;

	srand(11);
	for (int64_t second = 0; fine && second < WEEK; second += TICK) {
		/* Not reachable for half an hour, four times a day. */
		week->down = second % (6 * HOUR) > 5 * HOUR && second % (6 * HOUR) < 5 * HOUR + 1800;
		week->death = rand() % 25 == 0 ? (enum death)(1 + rand() % (DEATHS - 1)) : NONE;
		if (week->death != NONE) {
			store_close(s);
			tick_killed(second);
			s = store_open(week_store, &err);
			fine = s != NULL;
		} else {
			fine = tick(s, second, rand() % 20 == 0);
		}
		if (second % DAY == DAY - TICK)
			fine = fine && old_remove(s, second);
		if (second == 2 * DAY)
			after_two_days = memory();
	}
	*grown = memory() - after_two_days;
	store_close(s);
	return fine;
}

static int intervals(int issue)
{
	int n = 0;

	for (int64_t second = 0; second < WEEK; second += TICK)
		n += is_there(issue, second) && (second == 0 || !is_there(issue, second - TICK));
	return n;
}

static void simulated_week(void)
{
	struct err err;
	long grown = 0;
	int reports = 0;

	week = mmap(NULL, sizeof(*week), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (week == MAP_FAILED || !mkdtemp(week_dir))
		die(HEAL_REFUSED, "no room for the week");
	snprintf(week_store, sizeof(week_store), "%s/heal.db", week_dir);
	ok(week_live(&grown), "a week of ticks of two minutes, of which one in 25 is killed");
	for (int i = 1; i < ISSUES; i++) {
		bool last = is_there(i, WEEK - TICK);
		is_int(week->firing[i], intervals(i), "an alert for each time that the issue came");
		is_int(week->resolved[i], intervals(i) - last, "and one that it is over");
		ok(week->sessions[i] <= intervals(i), "a session each time at most");
	}
	ok(week->firing[0] <= WEEK / HOUR && week->firing[0] >= WEEK / HOUR / 2, "what comes and goes is throttled");
	ok(week->firing[0] - week->resolved[0] == 0 || week->firing[0] - week->resolved[0] == 1, "and always resolved");
	ok(week->again > 0, "some messages were sent again after a kill, with their id");
	ok(!week->overlap, "one session at a time");
	ok(week->opened >= 5 && week->half_open >= 5, "the breaker opened, and let attempts through");
	ok(week->closed >= 1 && week->sessions[0] > 60 && week->sessions[0] < intervals(0), "and closed");
	struct store *s = store_open_read(week_store, &err);
	ok(s && store_health(s, STR("/week"), 0, count_report, &reports, &err) && reports <= 2 * DAY / TICK + 1,
		"the history is not longer than was set");
	store_close(s);
#if !defined(__SANITIZE_ADDRESS__)
	ok(grown < 2048, "memory does not grow");
#endif
	printf("# messages %d, again %d, sessions %d of %d, opened %d, half-open %d, closed %d, grown %ld kB\n",
		week->messages, week->again, week->sessions[0], intervals(0), week->opened, week->half_open,
		week->closed, grown);
}

/* What is still needed stays when old records are removed. */
static void states_survive_removal(void)
{
	struct arena a = ARENA_INIT;
	struct err err = { HEAL_OK, "" };
	char path[140];
	int64_t removed;

	snprintf(path, sizeof(path), "%s/kept.db", week_dir);
	struct store *s = store_open(path, &err);
	const struct monitor_change c = {
		.kind = MONITOR_ALERT, .name = STR("k"), .project = STR("/p"), .value = STR("v"), .event = "alert_due"
	};
	ok(s && monitor_state_set(s, &a, &c, NULL, &err), "a state is stored");
	ok(store_remove_before(s, STR("2999-01-01T00:00:00.000Z"), &removed, &err), "old records are removed");
	if (err.status != HEAL_OK)
		printf("# %s\n", err.text);
	is_str(monitor_state_get(s, &a, MONITOR_ALERT, STR("k"), STR("/p")), "v", "the state stays");
	is_str(str_or_empty(monitor_state_get(s, &a, MONITOR_ALERT, STR("k"), STR("/q"))), "", "of its project alone");
	store_close(s);
	arena_free(&a);
}

static void clean_up(void)
{
	static const char *const names[] = { "heal.db", "heal.db-wal", "heal.db-shm", "heal.db-head", "kept.db",
		"kept.db-wal", "kept.db-shm", "kept.db-head" };
	char path[160];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", week_dir, names[i]);
		unlink(path);
	}
	rmdir(week_dir);
}

int main(void)
{
	states();
	texts();
	hmac();
	mails();
	simulated_week();
	states_survive_removal();
	clean_up();
	return tap_end();
}
