#include <inttypes.h>

#include "base/visible.h"
#include "overview.h"
#include "page.h"

enum { MESSAGE_MOST = 300, DIFF_MOST = 6000, NAME_MOST = 200 };

struct writing {
	struct arena a;
	struct buf *out;
	const struct overview *o;
};

/* ---- cells ---- */

static void row(struct buf *out)
{
	buf_addz(out, "<tr>");
}

static void row_end(struct buf *out)
{
	buf_addz(out, "</tr>\n");
}

static void cell(struct buf *out, struct str text)
{
	buf_addz(out, "<td>");
	page_short(out, text, NAME_MOST);
	buf_addz(out, "</td>");
}

static void number(struct buf *out, int64_t n)
{
	buf_printf(out, "<td class=\"n\">%" PRId64 "</td>", n);
}

static void decimal(struct buf *out, double value)
{
	if (value < 0)
		buf_addz(out, "<td class=\"n\">–</td>");
	else
		buf_printf(out, "<td class=\"n\">%.2f</td>", value);
}

static void share(struct buf *out, int64_t part, int64_t all)
{
	double value = all > 0 ? (double)part / (double)all : 0;

	buf_printf(out, "<td class=\"n\">%.0f %% ", 100 * value);
	chart_share(out, value > 1 ? 1 : value);
	buf_addz(out, "</td>");
}

/* A time without its milliseconds. */
static struct str minute(struct str time)
{
	return str_sub(time, 0, 16);
}

static void fact(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, "<div><dt>%s</dt><dd>%.*s</dd></div>\n", name, STR_ARG(value));
}

/* A table behind a heading that opens it. */
static void details(struct buf *out, const char *summary)
{
	buf_printf(out, "<details><summary>%s</summary>\n", summary);
}

/* ---- sections ---- */

static void totals(struct writing *w)
{
	const struct store_totals *t = &w->o->totals;
	double healed = t->sessions ? 100.0 * (double)t->healed / (double)t->sessions : 0;

	buf_addz(w->out, "<dl>\n");
	fact(w->out, "Incidents", arena_printf(&w->a, "%" PRId64, t->incidents));
	fact(w->out, "Resolved", arena_printf(&w->a, "%" PRId64, t->resolved));
	fact(w->out, "Need review", arena_printf(&w->a, "%" PRId64, t->manual));
	fact(w->out, "Sessions healed",
		t->sessions ?
			arena_printf(&w->a, "%" PRId64 " of %" PRId64 " (%.0f %%)", t->healed, t->sessions, healed) :
			STR("none yet"));
	fact(w->out, "Undone or rolled back", arena_printf(&w->a, "%" PRId64, t->rollbacks));
	if (w->o->health.n)
		fact(w->out, "Health", arena_printf(&w->a, "%.2f", w->o->health.at[w->o->health.n - 1].score));
	if (w->o->health.n && w->o->health.at[w->o->health.n - 1].prediction.n)
		fact(w->out, "Health ahead", w->o->health.at[w->o->health.n - 1].prediction);
	buf_addz(w->out, "</dl>\n");
}

static void health(struct writing *w)
{
	const struct health_points *h = &w->o->health;
	struct chart_point *at = arena_alloc(&w->a, (h->n + 1) * sizeof(*at));

	page_section(w->out, "health", "Health over time");
	if (!h->n)
		buf_addz(w->out, "<p>No report yet; heal-monitor makes one.</p>\n");
	for (size_t i = 0; i < h->n; i++)
		at[i] = (struct chart_point){ h->n > 1 ? (double)i / (double)(h->n - 1) : 0.5, h->at[i].score,
			arena_printf(&w->a, "%.*s: %.2f, %.*s", STR_ARG(minute(h->at[i].time)), h->at[i].score,
				STR_ARG(h->at[i].status)) };
	if (h->n) {
		chart_line(w->out,
			arena_printf(&w->a, "Score of %zu reports, the last one %.2f", h->n, h->at[h->n - 1].score), at,
			h->n);
		details(w->out, "Reports");
		page_table(
			w->out, "Health reports, newest first", "Time (UTC)|Project|Status|#Score|#Issues|#Critical");
		for (size_t i = h->n; i-- > 0;) {
			row(w->out);
			cell(w->out, minute(h->at[i].time));
			cell(w->out, h->at[i].project);
			cell(w->out, h->at[i].status);
			decimal(w->out, h->at[i].score);
			number(w->out, h->at[i].issues);
			number(w->out, h->at[i].critical);
			row_end(w->out);
		}
		page_table_end(w->out);
		buf_addz(w->out, "</details>\n");
	}
	page_section_end(w->out);
}

static void group_table(struct writing *w, const struct groups *g, const char *caption, const char *headings)
{
	page_table(w->out, caption, headings);
	for (size_t i = g->n; i-- > 0;) {
		const struct store_group *x = &g->at[g == &w->o->days ? i : g->n - 1 - i];
		row(w->out);
		cell(w->out, x->name);
		number(w->out, x->incidents);
		number(w->out, x->resolved);
		share(w->out, x->resolved, x->incidents);
		row_end(w->out);
	}
	page_table_end(w->out);
}

static void days(struct writing *w)
{
	const struct groups *g = &w->o->days;
	struct chart_point *at = arena_alloc(&w->a, (g->n + 1) * sizeof(*at));
	int64_t most = 1;

	for (size_t i = 0; i < g->n; i++)
		most = g->at[i].incidents > most ? g->at[i].incidents : most;
	for (size_t i = 0; i < g->n; i++)
		at[i] = (struct chart_point){ 0, (double)g->at[i].incidents / (double)most,
			arena_printf(&w->a, "%.*s: %" PRId64 " incidents, %" PRId64 " resolved", STR_ARG(g->at[i].name),
				g->at[i].incidents, g->at[i].resolved) };
	page_section(w->out, "days", "Incidents by day");
	if (g->n) {
		chart_bars(w->out, arena_printf(&w->a, "Incidents on %zu days, at most %" PRId64, g->n, most),
			arena_printf(&w->a, "%" PRId64, most), at, g->n);
		details(w->out, "Days");
		group_table(w, g, "Incidents by day, newest first", "Day|#Incidents|#Resolved|#Share");
		buf_addz(w->out, "</details>\n");
	} else {
		buf_addz(w->out, "<p>No incidents yet.</p>\n");
	}
	page_section_end(w->out);
}

static void tools(struct writing *w)
{
	page_section(w->out, "tools", "Incidents by tool");
	if (w->o->tools.n)
		group_table(w, &w->o->tools, "Incidents by tool", "Tool|#Incidents|#Resolved|#Share");
	else
		buf_addz(w->out, "<p>No incidents yet.</p>\n");
	page_section_end(w->out);
}

static void confidence(struct writing *w)
{
	const struct reliability *r = &w->o->calibration.as_given;
	struct chart_point at[BINS];
	size_t n = 0;

	page_section(w->out, "confidence", "Confidence against outcome");
	if (!r->n) {
		buf_addz(w->out, "<p>No solution with a known result yet.</p>\n");
		page_section_end(w->out);
		return;
	}
	for (int i = 0; i < BINS; i++) {
		const struct reliability_bin *b = &r->bins[i];
		if (!b->n)
			continue;
		double mean = b->sum / (double)b->n, rate = (double)b->successes / (double)b->n;
		at[n++] = (struct chart_point){ mean, rate,
			arena_printf(&w->a, "confidence %.2f: %zu of %zu succeeded", mean, b->successes, b->n) };
	}
	chart_diagonal(w->out, STR("Rate of successes by confidence; on the diagonal they are equal"), at, n);
	buf_printf(w->out,
		"<p class=\"soft\">%zu results; expected calibration error %.3f, Brier score %.3f. On the line, the "
		"confidence "
		"is the rate of successes.</p>\n",
		r->n, r->ece, r->brier);
	page_table(w->out, "Results by confidence", "#Mean confidence|#Results|#Successes|#Rate");
	for (int i = 0; i < BINS; i++) {
		const struct reliability_bin *b = &r->bins[i];
		if (!b->n)
			continue;
		row(w->out);
		decimal(w->out, b->sum / (double)b->n);
		number(w->out, (int64_t)b->n);
		number(w->out, (int64_t)b->successes);
		share(w->out, (int64_t)b->successes, (int64_t)b->n);
		row_end(w->out);
	}
	page_table_end(w->out);
	page_section_end(w->out);
}

static void rules(struct writing *w)
{
	page_section(w->out, "rules", "Most used solutions");
	if (w->o->rules.n)
		page_table(w->out, "Most used solutions", "Solution|#Successes|#Failures|#Lower bound|Maturity");
	else
		buf_addz(w->out, "<p>No solution has a result yet.</p>\n");
	for (size_t i = 0; i < w->o->rules.n && i < RULES_SHOWN; i++) {
		const struct score *s = &w->o->rules.at[i];
		row(w->out);
		cell(w->out, s->solution);
		number(w->out, s->successes);
		number(w->out, s->failures);
		decimal(w->out, s->lower);
		cell(w->out, s->fading ? STR("fading") : str_of(s->maturity));
		row_end(w->out);
	}
	if (w->o->rules.n)
		page_table_end(w->out);
	page_section_end(w->out);
}

static void diff(struct buf *out, struct str text)
{
	struct str rest = str_sub(text, 0, DIFF_MOST), line;

	buf_addz(out, "<details><summary>Diff</summary><pre>");
	while (str_line(&rest, &line)) {
		const char *tag = str_starts(line, "+") ? "ins" : str_starts(line, "-") ? "del" : "span";
		buf_printf(out, "<%s>", tag);
		page_text(out, line);
		buf_printf(out, "</%s>\n", tag);
	}
	buf_addz(out, text.n > DIFF_MOST ? "…</pre></details>\n" : "</pre></details>\n");
}

static void repairs(struct writing *w)
{
	page_section(w->out, "repairs", "Latest repairs");
	if (!w->o->repairs.n)
		buf_addz(w->out, "<p>No repair yet.</p>\n");
	for (size_t i = 0; i < w->o->repairs.n; i++) {
		const struct shown_repair *r = &w->o->repairs.at[i];
		buf_addz(w->out, "<article><p><strong>");
		page_short(w->out, r->message, MESSAGE_MOST);
		buf_addz(w->out, "</strong></p><p class=\"soft\">");
		page_text(w->out, minute(r->time));
		buf_addz(w->out, " · ");
		page_short(w->out, r->file, NAME_MOST);
		if (r->line)
			buf_printf(w->out, ":%" PRId64, r->line);
		buf_addz(w->out, " · ");
		page_short(w->out, r->solution.n ? r->solution : r->rule, NAME_MOST);
		buf_addz(w->out, "</p>\n");
		if (r->diff.n)
			diff(w->out, r->diff);
		buf_addz(w->out, "</article>\n");
	}
	page_section_end(w->out);
}

static void deployments(struct writing *w)
{
	const struct deployment_reports *d = &w->o->deployments;

	page_section(w->out, "deployments", "Deployments");
	if (d->n)
		page_table(w->out, "Deployments, newest first",
			"Time (UTC)|Version|Environment|#Errors before|#Errors after|#Health before|#Health "
			"after|#Errors that rose");
	else
		buf_addz(w->out, "<p>No deployment was noted.</p>\n");
	for (size_t i = d->n; i-- > 0 && d->n - i <= GROUPS_SHOWN;) {
		const struct deployment_report *x = &d->at[i];
		row(w->out);
		cell(w->out, minute(x->time));
		cell(w->out, x->revision);
		cell(w->out, x->environment);
		number(w->out, x->incidents_before);
		number(w->out, x->incidents_after);
		decimal(w->out, x->health_before);
		decimal(w->out, x->health_after);
		number(w->out, (int64_t)x->risen.n);
		row_end(w->out);
	}
	if (d->n)
		page_table_end(w->out);
	page_section_end(w->out);
}

static void experiments(struct writing *w)
{
	const struct experiment_list *e = &w->o->experiments;

	page_section(w->out, "experiments", "Experiments");
	if (e->n)
		page_table(w->out, "Experiments", "Experiment|State|#Share|#Control|#Challenger");
	else
		buf_addz(w->out, "<p>No experiment.</p>\n");
	for (size_t i = 0; i < e->n; i++) {
		const struct rollout *r = &e->at[i].rollout;
		row(w->out);
		cell(w->out, e->at[i].name);
		cell(w->out, str_of(experiment_state(&e->at[i])));
		buf_printf(w->out, "<td class=\"n\">%d %%</td>", e->at[i].share);
		buf_printf(w->out, "<td class=\"n\">%" PRId64 " of %" PRId64 "</td>", r->control.successes,
			r->control.trials);
		buf_printf(w->out, "<td class=\"n\">%" PRId64 " of %" PRId64 "</td>", r->challenger.successes,
			r->challenger.trials);
		row_end(w->out);
	}
	if (e->n)
		page_table_end(w->out);
	page_section_end(w->out);
}

static void queue(struct writing *w)
{
	page_section(w->out, "queue", "Plans for review");
	if (w->o->queue.n)
		page_table(w->out, "Plans for review, oldest first", "Id|Since (UTC)|Project|Solution|Reason");
	else
		buf_addz(w->out, "<p>No plan waits for review.</p>\n");
	for (size_t i = 0; i < w->o->queue.n; i++) {
		const struct shown_plan *p = &w->o->queue.at[i];
		row(w->out);
		cell(w->out, p->id);
		cell(w->out, minute(p->time));
		cell(w->out, p->project);
		cell(w->out, p->what);
		cell(w->out, p->why);
		row_end(w->out);
	}
	if (w->o->queue.n)
		page_table_end(w->out);
	page_section_end(w->out);
}

static const struct {
	const char *id, *name;
	void (*write)(struct writing *w);
} sections[] = {
	{ "health", "Health", health },
	{ "days", "Days", days },
	{ "tools", "Tools", tools },
	{ "confidence", "Confidence", confidence },
	{ "rules", "Solutions", rules },
	{ "repairs", "Repairs", repairs },
	{ "deployments", "Deployments", deployments },
	{ "experiments", "Experiments", experiments },
	{ "queue", "Review", queue },
};

void overview_page(struct buf *out, const struct overview *o, struct str now)
{
	struct writing w = { ARENA_INIT, out, o };

	page_begin(out,
		o->project.p ? arena_printf(&w.a, "heal: %s", visible_in(&w.a, o->project)) :
			       STR("heal: all projects"));
	buf_addz(out, "<p class=\"soft\">Made ");
	page_text(out, minute(now));
	buf_addz(out, " UTC by heal-log report</p>\n<nav aria-label=\"Sections\"><ul>\n");
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		buf_printf(out, "<li><a href=\"#%s\">%s</a></li>\n", sections[i].id, sections[i].name);
	buf_addz(out, "</ul></nav>\n</header>\n<main>\n");
	totals(&w);
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		sections[i].write(&w);
	page_end(out);
	arena_free(&w.a);
}
