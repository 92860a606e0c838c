/* The policy's table, paths, and the decision. */
#include "policy/policy.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "policy/policy_table.h"
#include "policy/review_queue.h"

/* ---- reading the table ---- */

#define TAKE_LIST(a, value, list)                                                  \
	do {                                                                       \
		struct node from_ = (value);                                       \
		for (uint32_t i_ = 0; i_ < node_list_count(from_); i_++)           \
			*VEC_ADD((a), (list)) = node_str(node_list_at(from_, i_)); \
	} while (0)

static bool take_slots(struct policy *p, struct err *err)
{
	struct node slots = node_get(p->table, "slots");

	for (uint32_t i = 0; i < node_count(slots); i++) {
		struct regex *re = regex_new(&p->a, node_str(node_at(slots, i)), err);
		if (!re)
			return false;
		*VEC_ADD(&p->a, &p->slots) = (struct slot){ node_key(slots, i), re };
	}
	return true;
}

static bool take_shape(struct policy *p, struct node n, struct err *err)
{
	struct argv_shape s = { .scope = node_str(node_get(n, "scope")),
		.ecosystem = node_str(node_get(n, "ecosystem")) };
	struct node as = node_get(n, "for");

	TAKE_LIST(&p->a, node_get(n, "argv"), &s.argv);
	TAKE_LIST(&p->a, node_get(n, "flags"), &s.flags);
	TAKE_LIST(&p->a, node_get(n, "touches"), &s.touches);
	TAKE_LIST(&p->a, node_get(n, "undo"), &s.undo);
	TAKE_LIST(&p->a, node_get(n, "status"), &s.statuses);
	s.prints_diff = str_is(node_str(node_get(n, "prints")), "diff");
	s.as[RUN_IN_PLACE] = node_list_count(as) == 0;
	for (uint32_t i = 0; i < node_list_count(as); i++)
		s.as[str_is(node_str(node_list_at(as, i)), "delegate") ? RUN_DELEGATE : RUN_IN_PLACE] = true;
	s.risk = risk_parse(node_str(node_get(n, "risk")));
	if (!s.argv.n || !s.risk)
		return err_set(
			err, HEAL_WRONG, "policy table, line %u: a command requires argv and risk", node_line(n));
	*VEC_ADD(&p->a, &p->shapes) = s;
	return true;
}

/* The user's commands: words separated by blanks; amber, because the files that they change are not known. */
static void take_allowed(struct policy *p)
{
	const struct str *at;
	size_t n = config_list(p->config, "allowed_commands", &at);

	for (size_t i = 0; i < n; i++) {
		struct argv_shape s = { .risk = RISK_AMBER, .scope = STR("project"), .as = { true, true } };
		struct str rest = at[i], word;
		while (str_split(&rest, ' ', &word))
			if (word.n)
				*VEC_ADD(&p->a, &s.argv) = word;
		if (s.argv.n)
			*VEC_ADD(&p->a, &p->shapes) = s;
	}
}

static bool take_game(struct policy *p, struct node n, struct err *err)
{
	static const char *const kinds[] = { "more", "fewer", "moved" };
	struct suppression_rule g = {
		.id = node_str(node_get(n, "id")), .why = node_str(node_get(n, "why")), .game = GAME_MADE
	};

	g.queue = str_is(node_str(node_get(n, "verdict")), "queue");
	for (int i = 0; i < 3; i++) {
		struct str pattern = node_str(node_get(n, kinds[i]));
		if (!pattern.p)
			continue;
		g.game = (enum game)i;
		g.re = regex_new_flags(&p->a, pattern, REGEX_MULTILINE, err);
		if (!g.re)
			return false;
	}
	TAKE_LIST(&p->a, node_get(n, g.game == GAME_MADE ? "made" : "files"), &g.files);
	if (g.game == GAME_MADE && !g.files.n)
		return err_set(err, HEAL_WRONG, "policy table, line %u: a rule requires more, fewer, moved or made",
			node_line(n));
	*VEC_ADD(&p->a, &p->games) = g;
	return true;
}

static bool take_all(struct policy *p, struct err *err)
{
	struct node commands = node_get(p->table, "commands"), gaming = node_get(p->table, "gaming");
	const struct str *more;

	if (!take_slots(p, err))
		return false;
	for (uint32_t i = 0; i < node_count(commands); i++)
		if (!take_shape(p, node_at(commands, i), err))
			return false;
	for (uint32_t i = 0; i < node_count(gaming); i++)
		if (!take_game(p, node_at(gaming, i), err))
			return false;
	TAKE_LIST(&p->a, node_get(p->table, "protected"), &p->protected);
	TAKE_LIST(&p->a, node_get(p->table, "protected_absolute"), &p->absolute);
	size_t n = config_list(p->config, "protected_paths", &more);
	for (size_t i = 0; i < n; i++)
		*VEC_ADD(&p->a, more[i].n && more[i].p[0] == '/' ? &p->absolute : &p->protected) = more[i];
	take_allowed(p);
	/* An incomplete policy is an error. */
	return (p->shapes.n && p->games.n && p->protected.n) ||
		err_set(err, HEAL_WRONG, "the policy table lacks commands, protected or gaming");
}

struct policy *policy_new(struct node table, const struct config *config, struct err *err)
{
	if (node_kind(table) != NODE_MAP) {
		err_set(err, HEAL_WRONG, "the packs contain no policy table, without which nothing can be applied");
		return NULL;
	}
	struct policy *p = calloc(1, sizeof(*p));
	if (!p)
		out_of_memory();
	p->table = table;
	p->config = config;
	if (take_all(p, err))
		return p;
	policy_free(p);
	return NULL;
}

void policy_free(struct policy *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->slots.n; i++)
		regex_free(p->slots.at[i].re);
	for (size_t i = 0; i < p->games.n; i++)
		regex_free(p->games.at[i].re);
	arena_free(&p->a);
	free(p);
}

struct regex *slot_find(const struct policy *p, struct str name)
{
	for (size_t i = 0; i < p->slots.n; i++)
		if (str_eq(p->slots.at[i].name, name))
			return p->slots.at[i].re;
	return NULL;
}

/* ---- paths ---- */

static struct str lower(char *out, size_t room, struct str s)
{
	size_t n = s.n < room ? s.n : room;

	for (size_t i = 0; i < n; i++)
		out[i] = (char)tolower((unsigned char)s.p[i]);
	return (struct str){ out, n };
}

bool globs_match(const struct str *globs, size_t n, struct str name)
{
	char pattern[512], path[4096];
	struct str low = lower(path, sizeof(path), name);

	for (size_t i = 0; i < n; i++) {
		struct str glob = lower(pattern, sizeof(pattern), globs[i]);
		/* A name without a slash matches at any depth, and a directory all files below it. */
		if (glob_match(glob, low))
			return true;
		if (str_chr(glob, '/') == glob.n && glob_match(glob, path_base(low)))
			return true;
		if (low.n > glob.n + 1 && low.p[glob.n] == '/' && str_eq(str_sub(low, 0, glob.n), glob))
			return true;
	}
	return false;
}

bool policy_path(const struct policy *p, const struct tree *t, struct str name, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str full = path_normal(&a, path_join(&a, t->path, name));
	bool own = tree_is_own(&a, t, name);
	/* The absolute list protects against a root that is too wide; a project below /var or /usr is permitted. */
	struct str wide[] = { STR("/"), STR("/etc"), STR("/usr"), STR("/var") };
	bool is_protected = globs_match(p->protected.at, p->protected.n, name);

	for (size_t i = 0; i < p->absolute.n; i++) {
		struct str glob = p->absolute.at[i];
		bool by_user = i >= node_count(node_get(p->table, "protected_absolute"));
		bool root_inside = globs_match(&glob, 1, t->path);
		for (size_t k = 0; k < sizeof(wide) / sizeof(wide[0]); k++)
			root_inside = root_inside && !str_eq(t->path, wide[k]);
		is_protected |= globs_match(&glob, 1, full) && (by_user || !root_inside);
	}
	arena_free(&a);
	if (own)
		return err_set(err, HEAL_WRONG, "'%.*s' belongs to heal or git and is never written", STR_ARG(name));
	return !is_protected || err_set(err, HEAL_WRONG, "'%.*s' is protected by the policy", STR_ARG(name));
}

/* ---- the decision ---- */

static bool in_hours(struct str hours)
{
	char text[16];
	int from, to;
	time_t now = time(NULL);
	struct tm tm;

	snprintf(text, sizeof(text), "%.*s", STR_ARG(hours));
	if (sscanf(text, "%d-%d", &from, &to) != 2 || !localtime_r(&now, &tm))
		return false;
	return from <= to ? tm.tm_hour >= from && tm.tm_hour < to : tm.tm_hour >= from || tm.tm_hour < to;
}

double policy_threshold(const struct policy *p)
{
	double threshold = config_double(p->config, "threshold"), limit = config_double(p->config, "context.load"),
	       load;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	bool busy = limit > 0 && getloadavg(&load, 1) == 1 && load / (double)(processors > 0 ? processors : 1) > limit;

	if (busy || in_hours(config_str(p->config, "context.hours")))
		threshold += config_double(p->config, "context.raise");
	return threshold > 1 ? 1 : threshold;
}

__attribute__((format(printf, 3, 4))) static bool set(struct decision *d, enum verdict verdict, const char *format, ...)
{
	va_list ap;

	d->verdict = verdict;
	va_start(ap, format);
	vsnprintf(d->reason, sizeof(d->reason), format, ap);
	va_end(ap);
	return true;
}

/* The first package that is neither declared nor in a table. */
static bool unknown_package(
	const struct policy *p, const struct plan *plan, const struct record *record, struct decision *d)
{
	/* A claim by a language model that a table lists the package does not count. */
	bool by_table = record && !str_is(record->analysis.by, "llm");

	for (size_t i = 0; i < plan->commands_n; i++) {
		const struct command *c = &plan->commands[i];
		struct str near = STR("");
		if (!c->package.n || (c->from_table && by_table) ||
			policy_declared(plan->a, p, plan->tree, c->ecosystem, c->dir, c->package, &near))
			continue;
		return set(d, VERDICT_QUEUE, "the project does not declare the package '%.*s'%s%.*s",
			STR_ARG(c->package), near.n ? "; it declares " : "", STR_ARG(near));
	}
	return false;
}

/* Does the plan need approval? */
static bool needs_person(
	const struct policy *p, const struct plan *plan, const struct record *record, struct decision *d)
{
	double threshold = policy_threshold(p);

	if (str_is(config_str(p->config, "environment"), "production"))
		return set(d, VERDICT_QUEUE, "production: the plan needs its own approval");
	if (config_bool(p->config, "require_approval"))
		return set(d, VERDICT_QUEUE, "require_approval is set (%s): the plan needs its own approval",
			config_origin(p->config, "require_approval"));
	if (plan->applicability == APPLICABILITY_PLACEHOLDER || plan->applicability == APPLICABILITY_ADVICE)
		return set(d, VERDICT_QUEUE, "it is not ready to apply (%.*s)",
			STR_ARG(applicability_name(plan->applicability)));
	if (plan->confidence < threshold)
		return set(d, VERDICT_QUEUE, "confidence %.2f is below the threshold %.2f",
			floor(plan->confidence * 100) / 100, threshold);
	if (plan->risk == RISK_RED)
		return set(d, VERDICT_QUEUE, "its risk is red: it needs approval");
	if (plan->look.n)
		return set(d, VERDICT_QUEUE, "%.*s", STR_ARG(plan->look));
	return unknown_package(p, plan, record, d);
}

/* Green needs --apply, amber --yes; without them the setting `auto` decides. */
static bool has_consent(const struct policy *p, const struct plan *plan, enum consent consent)
{
	enum risk_level most = risk_parse(config_str(p->config, "auto"));

	if (consent == CONSENT_YES || (consent == CONSENT_APPLY && plan->risk == RISK_GREEN))
		return true;
	return most && plan->risk <= most;
}

struct decision policy_decide(
	const struct policy *p, const struct plan *plan, const struct record *record, enum consent consent)
{
	struct decision d = { .verdict = VERDICT_ACT };

	if (plan_is_empty(plan))
		set(&d, VERDICT_SKIP,
			plan->has_retry          ? "nothing to change: the solution is to try again" :
				plan->has_advice ? "advice only; nothing to change" :
						   "nothing to change");
	else if (!config_bool(p->config, "enabled"))
		set(&d, VERDICT_REFUSE, "heal is disabled (%s)", config_origin(p->config, "enabled"));
	else if (approval_is(plan->hash, APPROVAL_NO))
		set(&d, VERDICT_REFUSE, "this plan was rejected");
	else if (approval_is(plan->hash, APPROVAL_YES))
		d.approved = true;
	else if (!needs_person(p, plan, record, &d) && !has_consent(p, plan, consent))
		d.askable = set(&d, VERDICT_QUEUE, "%s: needs %s", risk_name(plan->risk).p,
			plan->risk == RISK_GREEN ? "--apply or --yes" : "--yes");
	return d;
}
