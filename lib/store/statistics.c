/* statistics.c - statistics as text, JSON and Prometheus metrics */
#include <inttypes.h>

#include "record/json.h"
#include "store/report.h"

static const char *const by_names[] = {
	[BY_RULE] = "rule", [BY_TOOL] = "tool", [BY_DAY] = "day", [BY_PATH] = "path", [BY_PROJECT] = "project"
};

/* "3 of 4 (75.0 %)", or "-" for 0 of 0. */
static void add_share(struct buf *out, int64_t part, int64_t n)
{
	if (n > 0)
		buf_printf(out, "%" PRId64 " of %" PRId64 " (%.1f %%)", part, n, 100.0 * (double)part / (double)n);
	else
		buf_addz(out, "-");
}

static void add_number(struct buf *out, const char *label, int64_t n)
{
	buf_printf(out, "%-22s%" PRId64 "\n", label, n);
}

static void add_share_line(struct buf *out, const char *label, int64_t part, int64_t n)
{
	buf_printf(out, "%-22s", label);
	add_share(out, part, n);
	buf_addc(out, '\n');
}

void report_totals(struct buf *out, const struct store_totals *t)
{
	add_number(out, "incidents", t->incidents);
	add_number(out, "distinct", t->fingerprints);
	add_share_line(out, "resolved", t->resolved, t->incidents);
	add_number(out, "fixes applied", t->applied);
	add_share_line(out, "fixes that worked", t->successes, t->successes + t->failures);
	add_number(out, "rolled back", t->rollbacks);
	add_number(out, "needing review", t->manual);
	add_share_line(out, "sessions healed", t->healed, t->sessions);
}

void report_group_head(struct buf *out, enum store_by by)
{
	buf_printf(out, "\n%9s %9s %9s  %-20s  %s\n", "incidents", "resolved", "review", "worked", by_names[by]);
}

void report_group(struct buf *out, const struct store_group *g)
{
	char name[200];
	struct buf share;

	buf_init(&share, 128);
	add_share(&share, g->successes, g->successes + g->failures);
	buf_printf(out, "%9" PRId64 " %9" PRId64 " %9" PRId64 "  %-20.*s  %s\n", g->incidents, g->resolved, g->manual,
		STR_ARG(buf_str(&share)), g->name.n ? visible(g->name, name, sizeof(name)) : "-");
	buf_release(&share);
}

void report_score_head(struct buf *out)
{
	buf_printf(out, "%-20s %10s  %-10s  %-12s  %-6s  %s\n", "worked", "on errors", "last used", "rate", "state",
		"rule: solution");
}

static const char *state_of(const struct score *score)
{
	return score->fading ? "fading" : score->maturity;
}

void report_score(struct buf *out, const struct score *score)
{
	char rule[200], solution[200];
	struct buf share;

	buf_init(&share, 128);
	add_share(&share, score->successes, score->successes + score->failures);
	buf_printf(out, "%-20.*s %10" PRId64 "  %-10.*s  %.2f (> %.2f)  %-6s  %s: %s\n", STR_ARG(buf_str(&share)),
		score->fingerprints, STR_ARG(str_sub(score->last_used, 0, 10)), score->mean, score->lower,
		state_of(score), visible(score->rule, rule, sizeof(rule)),
		visible(score->solution, solution, sizeof(solution)));
	buf_release(&share);
}

/* ---- JSON ---- */

/* The rate and its denominator; null if that is 0. */
static void add_rate(struct buf *out, int64_t part, int64_t n)
{
	buf_addz(out, "\"success_rate\":");
	if (n > 0)
		buf_printf(out, "%.1f", 100.0 * (double)part / (double)n);
	else
		buf_addz(out, "null");
	buf_printf(out, ",\"success_rate_n\":%" PRId64, n);
}

struct stat_member {
	const char *name;
	int64_t n;
};

/* Each followed by a comma. */
static void add_members(struct buf *out, const struct stat_member *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "\"%s\":%" PRId64 ",", at[i].name, at[i].n);
}

#define ADD_MEMBERS(out, ...)                                                         \
	do {                                                                          \
		const struct stat_member members_[] = { __VA_ARGS__ };                \
		add_members((out), members_, sizeof(members_) / sizeof(members_[0])); \
	} while (0)

void report_totals_json(struct buf *out, const struct store_totals *t, enum store_by by, struct str groups)
{
	buf_addc(out, '{');
	ADD_MEMBERS(out, { "total_incidents", t->incidents }, { "distinct_incidents", t->fingerprints },
		{ "resolved_incidents", t->resolved }, { "applied_fixes", t->applied },
		{ "successful_fixes", t->successes }, { "failed_fixes", t->failures });
	add_rate(out, t->successes, t->successes + t->failures);
	buf_addc(out, ',');
	ADD_MEMBERS(
		out, { "rollbacks", t->rollbacks }, { "manual_interventions", t->manual }, { "sessions", t->sessions });
	buf_printf(out, "\"healed_sessions\":%" PRId64, t->healed);
	if (groups.p)
		buf_printf(out, ",\"by\":\"%s\",\"groups\":[", by_names[by]);
	buf_add(out, groups);
	buf_addz(out, groups.p ? "]}\n" : "}\n");
}

void report_group_json(struct buf *groups, const struct store_group *g)
{
	buf_addz(groups, groups->n ? ",{\"name\":" : "{\"name\":");
	json_write_string(groups, g->name);
	buf_addc(groups, ',');
	ADD_MEMBERS(groups, { "incidents", g->incidents }, { "resolved", g->resolved },
		{ "successful_fixes", g->successes }, { "failed_fixes", g->failures },
		{ "manual_interventions", g->manual });
	add_rate(groups, g->successes, g->successes + g->failures);
	buf_addc(groups, '}');
}

void report_score_json(struct buf *out, const struct score *score)
{
	buf_addz(out, "{\"rule\":");
	json_write_string(out, score->rule);
	buf_addz(out, ",\"solution\":");
	json_write_string(out, score->solution);
	buf_addc(out, ',');
	ADD_MEMBERS(out, { "successful_fixes", score->successes }, { "failed_fixes", score->failures },
		{ "distinct_incidents", score->fingerprints });
	add_rate(out, score->successes, score->successes + score->failures);
	buf_printf(out, ",\"mean\":%.4f,\"lower\":%.4f,\"maturity\":\"%s\",\"fading\":%s", score->mean, score->lower,
		score->maturity, score->fading ? "true" : "false");
	buf_addz(out, ",\"last_used\":");
	json_write_string(out, score->last_used);
	buf_addz(out, "}\n");
}

/* ---- Prometheus ---- */

static void add_head(struct buf *out, const char *prefix, const char *name, const char *help)
{
	buf_printf(
		out, "# HELP heal_%s%s_total %s\n# TYPE heal_%s%s_total counter\n", prefix, name, help, prefix, name);
}

void report_totals_prom(struct buf *out, const struct store_totals *t)
{
	const struct {
		const char *name, *help;
		int64_t n;
	} rows[] = {
		{ "incidents", "Incidents stored.", t->incidents },
		{ "incidents_resolved", "Incidents whose fix was validated.", t->resolved },
		{ "fixes_applied", "Fixes applied.", t->applied },
		{ "fix_successes", "Fixes that worked.", t->successes },
		{ "fix_failures", "Fixes that did not work.", t->failures },
		{ "rollbacks", "Fixes rolled back.", t->rollbacks },
		{ "manual_interventions", "Incidents that need review.", t->manual },
		{ "sessions", "Healing sessions.", t->sessions },
		{ "sessions_healed", "Healing sessions after which the command passed.", t->healed },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		add_head(out, "", rows[i].name, rows[i].help);
		buf_printf(out, "heal_%s_total %" PRId64 "\n", rows[i].name, rows[i].n);
	}
}

/* The value of a label: control bytes, quotes and backslashes escaped. */
static void add_label(struct buf *out, struct str s)
{
	char shown[400];

	for (const char *c = visible(s, shown, sizeof(shown)); *c; c++) {
		if (*c == '"' || *c == '\\')
			buf_addc(out, '\\');
		buf_addc(out, *c);
	}
}

void report_group_prom(struct buf families[PROM_FAMILIES], enum store_by by, const struct store_group *g)
{
	const struct {
		const char *name, *help;
		int64_t n;
	} rows[PROM_FAMILIES] = {
		{ "incidents", "Incidents stored.", g->incidents },
		{ "incidents_resolved", "Incidents whose fix was validated.", g->resolved },
		{ "fix_successes", "Fixes that worked.", g->successes },
		{ "fix_failures", "Fixes that did not work.", g->failures },
		{ "manual_interventions", "Incidents that need review.", g->manual },
	};
	char prefix[16];

	snprintf(prefix, sizeof(prefix), "%s_", by_names[by]);
	for (int i = 0; i < PROM_FAMILIES; i++) {
		if (families[i].n == 0)
			add_head(&families[i], prefix, rows[i].name, rows[i].help);
		buf_printf(&families[i], "heal_%s%s_total{%s=\"", prefix, rows[i].name, by_names[by]);
		add_label(&families[i], g->name);
		buf_printf(&families[i], "\"} %" PRId64 "\n", rows[i].n);
	}
}
