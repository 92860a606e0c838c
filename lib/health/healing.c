#include "health/healing.h"

#include "base/sha256.h"
#include "health/score.h"

enum { KEY_BYTES = 32 };

static struct str without_blanks(struct arena *a, struct str text)
{
	char *copy = arena_strdup(a, text);

	for (char *c = copy; *c; c++)
		if (*c == ' ')
			*c = '_';
	return str_of(copy);
}

struct str issue_key(struct arena *a, const struct health_issue *i)
{
	char hex[SHA256_HEX];

	sha256_of(arena_printf(a, "%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(i->check), STR_ARG(i->fingerprint),
			  STR_ARG(i->fingerprint.n ? STR("") : i->description), STR_ARG(i->location)),
		hex);
	return arena_str(a, (struct str){ hex, KEY_BYTES });
}

struct str issue_rule(struct arena *a, const struct health_issue *i)
{
	return i->rule.n ? without_blanks(a, i->rule) :
			   without_blanks(a, arena_printf(a, "check:%.*s", STR_ARG(i->check)));
}

struct breaker_rule breaker_rule_of(const struct config *config)
{
	return (struct breaker_rule){ config_int(config, "breaker.failures"), config_double(config, "breaker.within"),
		config_double(config, "breaker.pause") };
}

/* ---- issues that are gone ---- */

struct gone {
	struct arena *a;
	const struct health *h;
	VEC(struct str) keys;
};

static const struct health_check *check_of(const struct health *h, struct str name)
{
	LIST_EACH(health_check, c, &h->checks)
		if (str_eq(c->check, name))
			return c;
	return NULL;
}

/* The value is a time and the name of the check.  A check that could not be made says nothing of its issues. */
static void gone_find(void *ctx, struct str key, struct str value)
{
	struct gone *g = ctx;
	const struct health_check *c = check_of(g->h, str_sub(value, str_chr(value, ' ') + 1, value.n));

	if (!c || !(str_is(c->status, "passed") || str_is(c->status, "failed")))
		return;
	LIST_EACH(health_issue, i, &g->h->issues)
		if (str_eq(issue_key(g->a, i), key))
			return;
	*VEC_ADD(g->a, &g->keys) = arena_str(g->a, key);
}

static bool forget_gone(struct store *s, struct arena *a, const struct health *h, struct err *err)
{
	struct gone g = { .a = a, .h = h };

	/* An issue may be among those that are not listed. */
	if (h->metrics.issues > (int64_t)h->issues.n)
		return true;
	if (!monitor_states_each(s, MONITOR_HEALING, h->project_id, gone_find, &g, err))
		return false;
	for (size_t i = 0; i < g.keys.n; i++) {
		const struct monitor_change c = {
			.kind = MONITOR_HEALING, .name = g.keys.at[i], .project = h->project_id, .event = "issue_gone"
		};
		if (!monitor_state_set(s, a, &c, NULL, err))
			return false;
	}
	return true;
}

/* ---- the choice ---- */

/* Secrets are replaced in the record, so a command with one cannot be run. */
static bool can_run(const struct health_check *c)
{
	for (size_t i = 0; i < c->command.n; i++)
		if (str_find(c->command.at[i], STR("[redacted")) < c->command.at[i].n)
			return false;
	return str_is(c->status, "failed") && c->command.n > 0;
}

static bool is_candidate(
	struct store *s, struct arena *a, const struct health *h, const struct health_issue *i, struct str check)
{
	return i->severity >= SEVERITY_CRITICAL && !i->flaky && str_eq(i->check, check) &&
		!monitor_state_get(s, a, MONITOR_HEALING, issue_key(a, i), h->project_id).p;
}

static bool breaker_store(struct store *s, struct arena *a, const struct healing *h, const char *event,
	struct str detail, struct record *r, struct err *err)
{
	const struct monitor_change c = { .kind = MONITOR_BREAKER,
		.name = issue_rule(a, h->issue),
		.project = h->project,
		.value = breaker_text(a, &h->breaker),
		.event = event,
		.detail = detail,
		.rule = h->issue->rule };

	return monitor_state_set(s, a, &c, r, err);
}

/* All issues of the check that the session is for. */
static bool session_store(
	struct store *s, struct arena *a, const struct health *h, struct healing *out, int64_t now, struct err *err)
{
	struct str value = arena_printf(a, "%lld %.*s", (long long)now, STR_ARG(out->check->check));

	LIST_EACH(health_issue, i, &h->issues) {
		const struct monitor_change c = { .kind = MONITOR_HEALING,
			.name = issue_key(a, i),
			.project = h->project_id,
			.value = value,
			.event = "healing_started",
			.detail = i->description,
			.rule = i->rule };
		if (is_candidate(s, a, h, i, out->check->check) &&
			!monitor_state_set(s, a, &c, i == out->issue ? &out->started : NULL, err))
			return false;
	}
	return true;
}

bool healing_begin(struct store *s, struct arena *a, const struct record *report, const struct breaker_rule *rule,
	int64_t now, struct healing *out, struct err *err)
{
	const struct health *h = &report->health;

	*out = (struct healing){ .project = h->project_id };
	if (!forget_gone(s, a, h, err))
		return false;
	LIST_EACH(health_issue, i, &h->issues) {
		const struct health_check *c = check_of(h, i->check);
		if (!c || !can_run(c) || !is_candidate(s, a, h, i, c->check))
			continue;
		struct breaker b = breaker_parse(
			monitor_state_get(s, a, MONITOR_BREAKER, issue_rule(a, i), h->project_id));
		enum breaker_phase before = b.phase;
		if (!breaker_permits(&b, rule, now))
			continue;
		out->issue = i;
		out->check = c;
		out->breaker = b;
		return (b.phase == before ||
			       breaker_store(s, a, out, "healing_started", STR("half-open: one attempt"), NULL, err)) &&
			session_store(s, a, h, out, now, err);
	}
	return true;
}

bool healing_end(struct store *s, struct arena *a, const struct healing *h, const struct breaker_rule *rule,
	bool success, struct str detail, int64_t now, struct record *ended, struct err *err)
{
	struct healing after = *h;

	breaker_result(&after.breaker, rule, success, now);
	return breaker_store(s, a, &after, "healing_ended", detail, ended, err);
}
