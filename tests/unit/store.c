/* the store: what a record becomes, what outcomes teach, what is refused */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/beta.h"
#include "store/internal.h"
#include "store/store.h"
#include "tap.h"

static struct arena arena = ARENA_INIT;
static char dir[] = "/tmp/heal-store.XXXXXX";

static const char *in_dir(const char *name)
{
	return arena_printf(&arena, "%s/%s", dir, name).p;
}

static bool near(double a, double b, double by)
{
	return fabs(a - b) < by;
}

static bool add(struct store *s, const char *id, const char *more)
{
	struct record r;
	struct err err = { 0 };
	struct str line = arena_printf(&arena,
		"{\"heal\":1,\"kind\":\"incident\",\"id\":\"%s\",\"time\":\"2026-11-20T12:00:00.5+01:00\","
		"\"fingerprint\":\"f1\",\"error\":{\"tool\":\"gcc\",\"rule\":\"gcc.diagnostic\",\"level\":\"error\","
		"\"message\":\"m\"}%s}",
		id, more);

	if (!record_parse(&arena, line, &r, &err) || !store_add_line(s, &r, line, &err)) {
		printf("# %s\n", err.text);
		return false;
	}
	return true;
}

/* ---- confidence ---- */

static void test_beta(void)
{
	ok(near(beta_cdf(0.5, 10, 10), 0.5, 1e-9), "a symmetric Beta has half its mass on each side");
	ok(near(beta_cdf(0.3, 1, 1), 0.3, 1e-12), "Beta(1,1) is uniform");
	ok(near(beta_quantile(0.05, 2, 3), 0.0976115, 1e-6), "5 % quantile of Beta(2,3)");
	ok(near(beta_quantile(0.05, 100, 1), pow(0.05, 0.01), 1e-9), "5 % quantile of Beta(100,1)");
	double m = beta_mean_of(0.8, 12);
	ok(m > 0.8 && near(beta_quantile(BETA_QUANTILE, 12 * m, 12 * (1 - m)), 0.8, 1e-9), "the mean above a bound");
	ok(beta_mean_of(0.8, 200) < m && near(beta_mean_of(1, 10), 1, 1e-3), "more results bring them together");
	bool inverse = true;
	const double sizes[] = { 0.1, 0.5, 1, 2.5, 30, 1000, 1e6 }, parts[] = { 0.001, 0.05, 0.5, 0.95, 0.999 };
	for (int i = 0; i < 7; i++)
		for (int j = 0; j < 7; j++)
			for (int k = 0; k < 5; k++) {
				double x = beta_quantile(parts[k], sizes[i], sizes[j]);
				inverse &= beta_cdf(x - 1e-8, sizes[i], sizes[j]) <= parts[k] &&
					beta_cdf(x + 1e-8, sizes[i], sizes[j]) >= parts[k];
			}
	ok(inverse, "a quantile is where the mass to its left is what was asked for");
	ok(near(beta_confidence(0.9, 10, 0, 0), 0.9, 1e-12), "without outcomes the prior itself");
	ok(near(beta_confidence(0.9, 10, 1, 0), 0.9091, 1e-3), "one success raises it a little");
	ok(near(beta_confidence(0.9, 10, 0, 1), 0.7126, 1e-3), "one failure lowers it below the threshold");
	bool rising = true, falling = true;
	for (int n = 0; n < 200; n++) {
		rising &= beta_confidence(0.4, 10, n + 1, 3) > beta_confidence(0.4, 10, n, 3);
		falling &= beta_confidence(0.4, 10, 3, n + 1) < beta_confidence(0.4, 10, 3, n);
	}
	ok(rising, "each success raises it");
	ok(falling, "each failure lowers it");
	ok(beta_confidence(0.6, 10, 5, 0) < 0.85 && beta_confidence(0.6, 10, 60, 0) > 0.85, "a long record convinces");
	bool inside = true;
	const double odd[] = { -1, 0, 1e-12, 0.5, 1, 2, NAN, INFINITY, -INFINITY, 1e12 };
	for (int i = 0; i < 10; i++)
		for (int j = 0; j < 10; j++)
			for (int k = 0; k < 10; k++) {
				double c = beta_confidence(odd[i], odd[j], odd[k], odd[(i + j + k) % 10]);
				inside &= c >= 0 && c <= 1;
			}
	ok(inside, "odd numbers stay between 0 and 1");
}

/* ---- events ---- */

static bool event_name(void *ctx, const struct store_event *e)
{
	struct str *all = ctx;

	*all = arena_printf(&arena, "%.*s%s%.*s", STR_ARG(*all), all->n ? " " : "", STR_ARG(e->name));
	return true;
}

static struct str events_of(struct store *s, const char *id)
{
	struct store_filter f = { 0 };
	struct str all = STR("");

	store_events(s, str_of(id), &f, event_name, &all, NULL);
	return all;
}

#define ANALYSIS ",\"analysis\":{\"type\":\"dependency_issue\",\"severity\":8,\"root\":true}"
#define SOLUTION \
	",\"solutions\":[{\"id\":\"s1\",\"type\":\"code_fix\",\"applicability\":\"machine\",\"description\":\"d\"}]"
#define ADVICE ",\"solutions\":[{\"id\":\"s2\",\"type\":\"manual_review\",\"applicability\":\"advice\"}]"
#define FIX(status, n) ",\"fix\":{\"solution\":\"s1\",\"status\":\"" status "\",\"attempt\":" n "}"
#define VERDICT(status, resolved) ",\"validation\":{\"status\":\"" status "\",\"resolved\":" resolved "}"

static void test_events(struct store *s)
{
	static const struct {
		const char *id, *more, *events;
	} cases[] = {
		{ "e1", "", "error_detected" },
		{ "e2", ANALYSIS SOLUTION, "error_detected analysis_complete fix_generated" },
		{ "e3", ANALYSIS ADVICE,
			"error_detected analysis_complete fix_generated manual_intervention_required" },
		{ "e4", ANALYSIS, "error_detected analysis_complete manual_intervention_required" },
		{ "e5", ANALYSIS SOLUTION FIX("planned", "1"), "error_detected analysis_complete fix_generated" },
		{ "e6", ANALYSIS SOLUTION FIX("queued", "1"),
			"error_detected analysis_complete fix_generated manual_intervention_required" },
		{ "e7", ANALYSIS SOLUTION FIX("applied", "1") VERDICT("passed", "true"),
			"error_detected analysis_complete fix_generated fix_applied fix_validated healing_complete" },
		{ "e8", ANALYSIS SOLUTION FIX("rolled_back", "1") VERDICT("failed", "false"),
			"error_detected analysis_complete fix_generated fix_applied fix_failed rollback_performed" },
		{ "e9", ANALYSIS SOLUTION FIX("applied", "1") VERDICT("inconclusive", "false"),
			"error_detected analysis_complete fix_generated fix_applied" },
		{ "e10", FIX("failed", "1"), "error_detected fix_failed" },
		{ "e11", FIX("planned", "1") VERDICT("passed", "true"), "error_detected" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		add(s, cases[i].id, cases[i].more);
		is_str(events_of(s, cases[i].id), cases[i].events, cases[i].events);
	}
	add(s, "e12", "");
	add(s, "e12", FIX("rolled_back", "1") VERDICT("failed", "false"));
	add(s, "e12", FIX("applied", "2") VERDICT("passed", "true"));
	add(s, "e12", FIX("applied", "2") VERDICT("passed", "true"));
	is_str(events_of(s, "e12"),
		"error_detected fix_applied fix_failed rollback_performed fix_applied fix_validated healing_complete",
		"each attempt has its events, and the same record twice adds none");
}

/* ---- incidents ---- */

static bool incident_state(void *ctx, const struct store_incident *i)
{
	*(struct str *)ctx = arena_printf(
		&arena, "%.*s %.*s %lld", STR_ARG(i->time), STR_ARG(i->fix_status), (long long)i->attempt);
	return true;
}

static void test_incidents(struct store *s)
{
	struct str state = STR_NONE;
	struct err err;

	ok(store_incident(s, STR("e12"), incident_state, &state, &err), "an incident is found by its id");
	is_str(state, "2026-11-20T11:00:00.500Z applied 2", "its newest attempt counts, its time is UTC");
	add(s, "e12", "");
	add(s, "e12", ANALYSIS);
	store_incident(s, STR("e12"), incident_state, &state, &err);
	is_str(state, "2026-11-20T11:00:00.500Z applied 2", "a poorer record that comes late does not replace it");
	ok(!store_incident(s, STR("nobody"), incident_state, &state, &err) && err.status == HEAL_WRONG,
		"no such incident");
	add(s, "prefix-one", "");
	ok(store_incident(s, STR("prefix"), incident_state, &state, &err), "the beginning of an id will do");
	add(s, "prefix-two", "");
	ok(!store_incident(s, STR("prefix"), incident_state, &state, &err), "unless there are two");
	ok(!store_incident(s, STR("pre"), incident_state, &state, &err), "or it is too short");
	ok(!store_incident(s, STR(""), incident_state, &state, &err), "or empty");
	ok(add(s, "a'); DROP TABLE records; --", ""), "an id is never SQL");
	ok(store_incident(s, STR("a'); DROP TABLE records; --"), incident_state, &state, &err), "and is found again");
}

/* ---- learning ---- */

static bool score_copy(void *ctx, const struct score *score)
{
	if (str_is(score->solution, "s1"))
		*(struct score *)ctx = *score;
	return true;
}

static void test_learning(void)
{
	struct err err;
	struct score score = { 0 };
	struct store *s = store_open(in_dir("learn.db"), &err);
	struct str s1 = STR("s1"), f = STR("f1");

	ok(near(store_confidence(s, s1, 0.9, STORE_PRIOR_WEIGHT), 0.9, 1e-12), "a new solution has its prior");
	ok(!store_rests_until(s, &arena, f, s1, STR_NONE).p, "and has not failed before");
	struct record r = record_new(&arena, KIND_INCIDENT);
	r.fingerprint = f;
	r.error.rule = STR("gcc.diagnostic");
	r.error.level = LEVEL_ERROR;
	r.error.message = STR("m");
	r.fix.solution = s1;
	r.fix.status = FIX_APPLIED;
	r.fix.attempt = 1;
	r.validation.status = CHECK_PASSED;
	ok(store_add(s, &r, &err), "a record of our own is stored");
	ok(near(store_confidence(s, s1, 0.9, 10), 0.9, 1e-12), "passed but not seen to go: teaches nothing");
	r.validation.resolved = true;
	store_add(s, &r, &err);
	ok(near(store_confidence(s, s1, 0.9, 10), 0.9091, 1e-3), "resolved: a success");
	store_add(s, &r, &err);
	ok(near(store_confidence(s, s1, 0.9, 10), 0.9091, 1e-3), "which counts once");
	r.fix.attempt = 2;
	r.fix.status = FIX_ROLLED_BACK;
	r.validation.status = CHECK_FAILED;
	store_add(s, &r, &err);
	ok(store_confidence(s, s1, 0.9, 10) < 0.85, "rolled back: a failure");
	ok(store_rests_until(s, &arena, f, s1, STR_NONE).p != NULL, "it is not tried again at once");
	ok(!store_rests_until(s, &arena, STR("f2"), s1, STR_NONE).p, "on another error it may be");
	ok(store_outcome(s, s1, STR("gcc.diagnostic"), f, true, &err), "a person says it works");
	ok(!store_rests_until(s, &arena, f, s1, STR_NONE).p, "the last verdict counts");
	ok(store_scores(s, score_copy, &score, &err) && score.successes == 2 && score.failures == 1,
		"two worked, one failed");
	is_int(score.fingerprints, 1, "on one error");
	store_close(s);
}

static void test_fading(void)
{
	struct err err;
	struct store *s = store_open(in_dir("fade.db"), &err);
	struct record r;
	char line[600];

	snprintf(line, sizeof(line),
		"{\"heal\":1,\"kind\":\"incident\",\"id\":\"old\",\"time\":\"2000-01-01T00:00:00Z\","
		"\"fingerprint\":\"f\",\"error\":{\"rule\":\"r\",\"level\":\"error\",\"message\":\"m\"},"
		"\"fix\":{\"solution\":\"s\",\"status\":\"failed\",\"attempt\":1}}");
	ok(record_parse(&arena, str_of(line), &r, &err) && store_add(s, &r, &err), "an old failure is stored");
	ok(near(store_confidence(s, STR("s"), 0.9, 10), 0.9, 0.01), "and has faded");
	ok(!store_rests_until(s, &arena, STR("f"), STR("s"), STR_NONE).p, "it may be tried again");
	store_close(s);
}

/* ---- times ---- */

static void test_since(void)
{
	static const struct {
		const char *text, *utc;
	} good[] = {
		{ "2026-11-20", "2026-11-20T00:00:00.000Z" },
		{ "2026-11-20T12:00:00Z", "2026-11-20T12:00:00.000Z" },
		{ "2026-11-20T00:30:00.25+01:00", "2026-11-19T23:30:00.250Z" },
	};
	static const char *const bad[] = { "", "yesterday", "2026-13-01", "2026-11-20T25:00:00Z", "7", "d", "-1d", "7y",
		"2026-11-20T12:00:00", "2026-11-20T12:00:00+1", "99999999999999999999d" };
	struct str out;
	struct err err;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (ok(store_since(&arena, good[i].text, &out, &err), good[i].text))
			is_str(out, good[i].utc, good[i].utc);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!store_since(&arena, bad[i], &out, &err), arena_printf(&arena, "no time: '%s'", bad[i]).p);
	ok(store_since(&arena, "2w", &out, &err) && out.n == 24, "an age");
}

static void test_when(void)
{
	bool same = true;
	int64_t ms;

	for (int64_t t = -62167219200; t < 253402300800; t += 86400 * 13 + 3607) {
		struct tm tm;
		time_t seconds = (time_t)t;
		gmtime_r(&seconds, &tm);
		struct str text = arena_printf(&arena, "%04d-%02d-%02dT%02d:%02d:%02d.125-01:30", tm.tm_year + 1900,
			tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
		same &= when_parse(text, &ms) && ms == (t + 5400) * 1000 + 125;
	}
	ok(same, "times of all years are those of the C library");
	ok(when_parse(STR("2024-02-29"), &ms) && ms == 1709164800000, "a leap day");
	ok(when_parse(STR("1900-03-01"), &ms) && ms == -2203891200000, "no leap day in 1900");
}

/* ---- what is refused ---- */

static void test_refused(void)
{
	struct err err;
	struct stat st;

	ok(!store_open_read(in_dir("none.db"), &err) && err.status == HEAL_WRONG,
		"a store that is not there cannot be asked");
	ok(access(in_dir("none.db"), F_OK) != 0, "and asking does not make it");
	ok(!store_open(in_dir("no/such/dir.db"), &err) && err.status == HEAL_REFUSED, "a directory that is not there");
	ok(!store_open("/dev/null", &err) && err.status == HEAL_WRONG, "a device");
	ok(!store_open(dir, &err) && err.status == HEAL_WRONG, "a directory");
	ok(!store_open("", &err) && err.status == HEAL_WRONG, "an empty name");
	ok(!store_open("postgresql://x:y:z/%zz", &err) && err.status == HEAL_WRONG, "a URL that is none");
	FILE *f = fopen(in_dir("text.db"), "w");
	for (int i = 0; i < 1000; i++)
		fputs("this is no database\n", f);
	fclose(f);
	ok(!store_open(in_dir("text.db"), &err) && err.status == HEAL_WRONG, "a text file");
	struct store *s = store_open(in_dir("odd ?#%41.db"), &err);
	ok(s != NULL && stat(in_dir("odd ?#%41.db"), &st) == 0, "an odd name is a name");
	ok((st.st_mode & 0777) == 0600, "only its owner can read it");
	store_close(s);
}

static void dir_empty(void)
{
	DIR *d = opendir(dir);

	for (struct dirent *e; d && (e = readdir(d));)
		unlink(in_dir(e->d_name));
	closedir(d);
	rmdir(dir);
}

int main(void)
{
	struct err err;

	if (!ok(mkdtemp(dir) != NULL, "a directory to try in"))
		return tap_end();
	test_beta();
	struct store *s = store_open(in_dir("heal.db"), &err);
	if (ok(s != NULL, "a new store")) {
		test_events(s);
		test_incidents(s);
	}
	store_close(s);
	test_learning();
	test_fading();
	test_since();
	test_when();
	test_refused();
	dir_empty();
	arena_free(&arena);
	return tap_end();
}
