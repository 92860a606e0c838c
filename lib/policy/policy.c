/* The policy's table, paths, and the decision. */
#include "policy/user_globs.h"
#include "policy/policy.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "policy/branch.h"
#include "policy/host_context.h"
#include "policy/policy_table.h"
#include "policy/review_queue.h"
#include "rules/confinement_profile.h"

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
		.ecosystem = node_str(node_get(n, "ecosystem")),
		.profile = node_str(node_get(n, "profile")) };
	struct node as = node_get(n, "for");

	TAKE_LIST(&p->a, node_get(n, "argv"), &s.argv);
	TAKE_LIST(&p->a, node_get(n, "flags"), &s.flags);
	TAKE_LIST(&p->a, node_get(n, "touches"), &s.touches);
	TAKE_LIST(&p->a, node_get(n, "undo"), &s.undo);
	TAKE_LIST(&p->a, node_get(n, "restore"), &s.restore);
	struct node installed = node_get(n, "installed");
	TAKE_LIST(&p->a, node_get(installed, "argv"), &s.installed_argv);
	s.installed_file = node_str(node_get(installed, "file"));
	s.installed_match = node_str(node_get(installed, "match"));
	TAKE_LIST(&p->a, node_get(n, "status"), &s.statuses);
	TAKE_LIST(&p->a, node_get(n, "reads"), &s.reads);
	TAKE_LIST(&p->a, node_get(n, "adds"), &s.adds);
	s.prints_diff = str_is(node_str(node_get(n, "prints")), "diff");
	s.loads_nothing = str_is(node_str(node_get(n, "loads")), "nothing");
	s.as[RUN_IN_PLACE] = node_list_count(as) == 0;
	for (uint32_t i = 0; i < node_list_count(as); i++)
		s.as[str_is(node_str(node_list_at(as, i)), "delegate") ? RUN_DELEGATE : RUN_IN_PLACE] = true;
	if (!s.profile.n)
		s.profile = confinement_of_scope(n, s.scope);
	s.risk = risk_parse(node_str(node_get(n, "risk")));
	if (!s.argv.n || !s.risk)
		return err_set(
			err, HEAL_WRONG, "policy table, line %u: a command requires argv and risk", node_line(n));
	*VEC_ADD(&p->a, &p->shapes) = s;
	return true;
}

/* Add a glob of protected files. */
static void protect(struct policy *p, struct str glob)
{
	*VEC_ADD(&p->a, path_is_absolute(glob) ? &p->absolute : &p->protected) = glob;
}

/* The user's commands: words separated by blanks; amber, because the files that they change are not known. */
static void take_allowed(struct policy *p)
{
	const struct str *at;
	size_t n = config_list(p->config, "allowed_commands", &at);

	for (size_t i = 0; i < n; i++) {
		struct argv_shape s = { .risk = RISK_AMBER, .scope = STR("project"), .as = { true, true } };
		s.profile = confinement_of_scope(p->table, s.scope);
		struct str rest = at[i], word;
		while (str_split(&rest, ' ', &word))
			if (word.n)
				*VEC_ADD(&p->a, &s.argv) = word;
		if (s.argv.n)
			*VEC_ADD(&p->a, &p->shapes) = s;
	}
}

static bool take_suppression(struct policy *p, struct node n, struct err *err)
{
	static const char *const kinds[] = { "more", "fewer", "moved", "changed" };
	struct suppression_rule g = {
		.id = node_str(node_get(n, "id")), .why = node_str(node_get(n, "why")), .kind = SUPPRESSION_MADE
	};

	g.queue = str_is(node_str(node_get(n, "verdict")), "queue");
	for (int i = 0; i < (int)(sizeof(kinds) / sizeof(kinds[0])); i++) {
		struct str pattern = node_str(node_get(n, kinds[i]));
		if (!pattern.p)
			continue;
		g.kind = (enum suppression_kind)i;
		g.re = regex_new_flags(&p->a, pattern, REGEX_MULTILINE, err);
		if (!g.re)
			return false;
	}
	if (node_has(n, "ended")) {
		g.ended = regex_new_flags(&p->a, node_str(node_get(n, "ended")), REGEX_MULTILINE, err);
		if (!g.ended)
			return false;
	}
	if (g.kind == SUPPRESSION_MADE && node_has(n, "settings"))
		g.kind = SUPPRESSION_SETTINGS;
	TAKE_LIST(&p->a,
		node_get(n,
			g.kind == SUPPRESSION_MADE             ? "made" :
				g.kind == SUPPRESSION_SETTINGS ? "settings" :
								 "files"),
		&g.files);
	if (!g.re && !g.files.n)
		return err_set(err, HEAL_WRONG,
			"policy table, line %u: a rule requires more, fewer, moved, changed, made or settings",
			node_line(n));
	*VEC_ADD(&p->a, &p->suppressions) = g;
	return true;
}

static bool take_embedded(struct policy *p, struct node n, struct err *err)
{
	struct embedded_rule rule = { .re = regex_new_flags(
					      &p->a, node_str(node_get(n, "match")), REGEX_MULTILINE, err) };

	TAKE_LIST(&p->a, node_get(n, "files"), &rule.files);
	if (!rule.re)
		return false;
	*VEC_ADD(&p->a, &p->embedded) = rule;
	return true;
}

static bool take_all(struct policy *p, struct err *err)
{
	struct node commands = node_get(p->table, "commands"), suppressions = node_get(p->table, "suppressions");
	struct node embedded = node_get(node_get(p->table, "work"), "embedded");
	const struct str *more;

	if (!take_slots(p, err))
		return false;
	for (uint32_t i = 0; i < node_count(commands); i++)
		if (!take_shape(p, node_at(commands, i), err))
			return false;
	for (uint32_t i = 0; i < node_count(suppressions); i++)
		if (!take_suppression(p, node_at(suppressions, i), err))
			return false;
	for (uint32_t i = 0; i < node_count(embedded); i++)
		if (!take_embedded(p, node_at(embedded, i), err))
			return false;
	struct node protected = node_get(p->table, "protected");
	for (uint32_t i = 0; i < node_list_count(protected); i++)
		protect(p, node_str(node_list_at(protected, i)));
	p->absolute_of_table = p->absolute.n;
	TAKE_LIST(&p->a, node_get(p->table, "inputs"), &p->inputs);
	size_t n = config_list(p->config, "protected_paths", &more);
	for (size_t i = 0; i < n; i++)
		protect(p, more[i]);
	take_allowed(p);
	/* An incomplete policy is an error. */
	return (p->shapes.n && p->suppressions.n && p->protected.n && p->inputs.n) ||
		err_set(err, HEAL_WRONG, "the policy table lacks commands, protected, inputs or suppressions");
}

struct policy *policy_new(const struct pack *pack, const struct config *config, struct err *err)
{
	struct node table = pack_table(pack, "policy");

	if (node_kind(table) != NODE_MAP) {
		err_set(err, HEAL_WRONG, "the packs contain no policy table, without which nothing can be applied");
		return NULL;
	}
	struct policy *p = calloc(1, sizeof(*p));
	if (!p)
		out_of_memory();
	p->pack = pack;
	p->table = table;
	p->config = config;
	p->judged = ARENA_NEW(&p->a, struct judged_change);
	p->judged->a = ARENA_INIT;
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
	for (size_t i = 0; i < p->suppressions.n; i++)
		regex_free(p->suppressions.at[i].re);
	for (size_t i = 0; i < p->embedded.n; i++)
		regex_free(p->embedded.at[i].re);
	arena_free(&p->judged->a);
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

/* A folder that git takes for a repository, whose hooks and configuration run commands. */
static bool in_bare_repository(struct arena *a, const struct tree *t, struct str name)
{
	static const char *const parts[] = { "HEAD", "objects", "refs" };

	for (size_t i = 0; i <= name.n; i++) {
		size_t found = 0;
		if (i != 0 && (i == name.n || name.p[i] != '/'))
			continue;
		for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
			struct stat st;
			struct str part = path_join(a, str_sub(name, 0, i), str_of(parts[k]));
			found += tree_stat(a, t, part, &st, NULL) == 1;
		}
		if (found == sizeof(parts) / sizeof(parts[0]))
			return true;
	}
	return false;
}

/* Does a pattern of the table find the name in this file? */
static bool file_includes(struct arena *a, const struct tree *t, struct str file, struct node row, struct str name)
{
	struct regex *re = regex_new(a, node_str(node_get(row, "match")), NULL);
	struct str text;
	struct stat st;
	struct match m;
	bool found = false;

	if (re && tree_stat(a, t, file, &st, NULL) == 1 && tree_read(a, t, file, &text, &st, NULL))
		for (size_t at = 0; at < text.n && !found && regex_match_from(re, text, at, &m) == 1;) {
			struct str one = path_normal(a, match_get(&m, "name"));
			found = glob_match(one, name) || path_below(name, one).p ||
				str_eq(path_join(a, path_dir(file), one), name);
			size_t end = (size_t)(m.whole.p + m.whole.n - text.p);
			at = end > at ? end : at + 1;
		}
	regex_free(re);
	return found;
}

static bool is_included(struct arena *a, const struct policy *p, const struct tree *t, struct str name)
{
	struct node rows = node_get(p->table, "included");

	for (uint32_t i = 0; i < node_count(rows); i++) {
		struct node files = node_get(node_at(rows, i), "files");
		for (uint32_t k = 0; k < node_list_count(files); k++)
			if (file_includes(a, t, node_str(node_list_at(files, k)), node_at(rows, i), name))
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
		bool by_user = i >= p->absolute_of_table;
		if (is_protected || !globs_match(&glob, 1, full))
			continue;
		bool root_inside = globs_match(&glob, 1, t->path);
		for (size_t k = 0; k < sizeof(wide) / sizeof(wide[0]); k++)
			root_inside = root_inside && !str_eq(t->path, wide[k]);
		is_protected = by_user || !root_inside;
	}
	is_protected = is_protected || own || in_bare_repository(&a, t, name) || is_included(&a, p, t, name);
	const struct str *globs;
	size_t n = config_list(p->config, "protected_paths", &globs);
	is_protected = is_protected || user_globs_match(&a, globs, n, t->path, name);
	n = config_list(p->config, "never_fix", &globs);
	bool never = user_globs_match(&a, globs, n, t->path, name);
	arena_free(&a);
	if (own)
		return err_set(err, HEAL_WRONG, "'%.*s' belongs to heal or git and is never written", STR_ARG(name));
	if (never)
		return err_set(err, HEAL_WRONG, "'%.*s' is never fixed: never_fix (%s)", STR_ARG(name),
			config_origin(p->config, "never_fix"));
	return !is_protected || err_set(err, HEAL_WRONG, "'%.*s' is protected by the policy", STR_ARG(name));
}

/* ---- the decision ---- */

double policy_threshold(const struct policy *p)
{
	struct arena a = ARENA_INIT;
	struct context_reason why[CONTEXT_REASONS];
	struct host_readings now;

	host_readings_take(&now);
	double threshold = context_threshold(p->config, context_reasons(&a, p->config, &now, why));
	arena_free(&a);
	return threshold;
}

__attribute__((format(printf, 4, 5))) static bool set(
	struct decision *d, enum verdict verdict, const char *why, const char *format, ...)
{
	va_list ap;

	d->verdict = verdict;
	d->why = why;
	va_start(ap, format);
	vsnprintf(d->reason, sizeof(d->reason), format, ap);
	va_end(ap);
	return true;
}

/* Does the plan need approval? */
static bool needs_person(const struct policy *p, const struct plan *plan, const struct record *record,
	const struct project_before *before, struct decision *d)
{
	double threshold = policy_threshold(p);

	if (str_is(config_str(p->config, "environment"), "production"))
		return set(d, VERDICT_QUEUE, "production", "production: the plan needs its own approval");
	if (config_bool(p->config, "require_approval"))
		return set(d, VERDICT_QUEUE, "require_approval",
			"require_approval is set (%s): the plan needs its own approval",
			config_origin(p->config, "require_approval"));
	if (plan->unconfirmed)
		return set(d, VERDICT_QUEUE, "unconfirmed",
			"its text comes from the output, and heal could not have the tool confirm it: it needs "
			"approval");
	if (plan->unproven && plan->look.n)
		return set(d, VERDICT_QUEUE, "suspicious", "%.*s", STR_ARG(plan->look));
	if (plan->unproven)
		return set(d, VERDICT_QUEUE, "unproven",
			"a language model proposed it, and it was not proven in a copy: it needs approval");
	if (plan->applicability == APPLICABILITY_PLACEHOLDER || plan->applicability == APPLICABILITY_ADVICE)
		return set(d, VERDICT_QUEUE, "not_ready", "it is not ready to apply (%.*s)",
			STR_ARG(applicability_name(plan->applicability)));
	if (plan->confidence < threshold)
		return set(d, VERDICT_QUEUE, "confidence", "confidence %.2f is below the threshold %.2f",
			floor(plan->confidence * 100) / 100, threshold);
	if (plan->risk == RISK_RED)
		return set(d, VERDICT_QUEUE, "risk", "its risk is red: it needs approval");
	if (plan->look.n)
		return set(d, VERDICT_QUEUE, "suspicious", "%.*s", STR_ARG(plan->look));
	struct str why = policy_packages(p, plan, record, before);
	return why.n && set(d, VERDICT_QUEUE, "package", "%.*s", STR_ARG(why));
}

/* Green needs --apply, amber --yes; without them the setting `auto` decides. */
static bool has_consent(const struct policy *p, const struct plan *plan, enum consent consent)
{
	enum risk_level most = risk_parse(config_str(p->config, "auto"));

	if (consent >= CONSENT_YES || (consent == CONSENT_APPLY && plan->risk == RISK_GREEN))
		return true;
	return most && plan->risk <= most;
}

/* On a protected branch nobody but a person lets a plan through. */
static bool on_protected_branch(
	const struct policy *p, const struct plan *plan, enum consent consent, struct decision *d)
{
	struct str branch;

	if (consent == CONSENT_PERSON || !branch_is_protected(plan->a, p->config, plan->tree->path, &branch))
		return false;
	d->askable = set(d, VERDICT_QUEUE, "branch", "'%.*s' is a protected branch: the plan needs a person's approval",
		STR_ARG(branch));
	return true;
}

static void decide_unapproved(const struct policy *p, const struct plan *plan, const struct record *record,
	const struct project_before *before, enum consent consent, struct decision *d)
{
	if (!needs_person(p, plan, record, before, d) && !on_protected_branch(p, plan, consent, d) &&
		!has_consent(p, plan, consent))
		d->askable = set(d, VERDICT_QUEUE, "confirmation", "%.*s: needs %s", STR_ARG(risk_name(plan->risk)),
			plan->risk == RISK_GREEN ? "--apply or --yes" : "--yes");
	if (d->verdict == VERDICT_QUEUE && d->approval.state == APPROVAL_VOID) {
		size_t n = strlen(d->reason);
		snprintf(d->reason + n, sizeof(d->reason) - n, "; %.*s", STR_ARG(d->approval.why));
	}
}

bool policy_environment(const struct config *config, const struct record *record, struct err *err)
{
	const struct str *at;
	size_t n = config_list(config, "environments", &at);
	struct str own = record->error.environment.n ? record->error.environment : record->error.tool;

	return !n || str_among(at, n, own) ||
		err_set(err, HEAL_PERSON, "errors of '%.*s' are not repaired: environments (%s)", STR_ARG(own),
			config_origin(config, "environments"));
}

struct decision policy_decide(const struct policy *p, const struct plan *plan, const struct record *record,
	const struct project_before *before, enum consent consent)
{
	struct decision d = { .verdict = VERDICT_ACT };
	struct str reason;
	struct err err;

	if (plan_is_empty(plan)) {
		set(&d, VERDICT_SKIP, NULL,
			plan->has_retry          ? "nothing to change: the solution is to try again" :
				plan->has_advice ? "advice only; nothing to change" :
						   "nothing to change");
		return d;
	}
	if (!config_bool(p->config, "enabled")) {
		set(&d, VERDICT_REFUSE, NULL, "heal is disabled (%s)", config_origin(p->config, "enabled"));
		return d;
	}
	if (record && !policy_environment(p->config, record, &err)) {
		set(&d, VERDICT_REFUSE, NULL, "%s", err.text);
		return d;
	}
	if (denial_find(plan->a, plan->hash, &reason)) {
		set(&d, VERDICT_REFUSE, NULL, "%.*s", STR_ARG(reason));
		return d;
	}
	d.approval = approval_find(plan->a, plan, p->config);
	d.approved = d.approval.state == APPROVAL_VALID;
	if (!d.approved)
		decide_unapproved(p, plan, record, before, consent, &d);
	return d;
}

void policy_permit(struct policy *p, enum consent consent)
{
	p->may_start = true;
	p->consent = consent;
}

bool policy_may_start(const struct policy *p, const struct plan *plan, enum consent consent)
{
	struct decision d = { 0 };
	struct str reason;

	consent = consent > p->consent ? consent : p->consent;
	if (!p->may_start || !config_bool(p->config, "enabled") || denial_find(plan->a, plan->hash, &reason))
		return false;
	if (approval_find(plan->a, plan, p->config).state == APPROVAL_VALID)
		return true;
	return !str_is(config_str(p->config, "environment"), "production") &&
		!config_bool(p->config, "require_approval") && !on_protected_branch(p, plan, consent, &d) &&
		has_consent(p, plan, consent);
}
