/* report.c - incidents and events as text */
#include "store/report.h"

#include <inttypes.h>

#include "record/json.h"

enum { SHOWN = 400 }; /* bytes of one value in a line */

/* One line of untrusted text. */
static void add_visible(struct buf *out, struct str s)
{
	char shown[SHOWN];

	buf_addz(out, visible(s, shown, sizeof(shown)));
}

/* Several lines of untrusted text, indented. */
static void add_lines(struct buf *out, struct str text, const char *indent)
{
	char shown[4096];
	struct str line;

	while (str_line(&text, &line)) {
		buf_addz(out, indent);
		buf_addz(out, visible(line, shown, sizeof(shown)));
		buf_addc(out, '\n');
	}
}

/* "2026-11-20 12:00:00" */
static void add_time(struct buf *out, struct str time)
{
	add_visible(out, str_sub(time, 0, 10));
	buf_addc(out, ' ');
	add_visible(out, str_sub(time, 11, 19));
}

static void add_place(struct buf *out, const struct store_incident *i)
{
	add_visible(out, i->file);
	if (i->line > 0)
		buf_printf(out, ":%" PRId64, i->line);
}

void report_incident_line(struct buf *out, const struct store_incident *i)
{
	char state[16];

	add_visible(out, i->id);
	buf_addz(out, "  ");
	add_time(out, i->time);
	buf_printf(out, "  %-11s  ", visible(i->status, state, sizeof(state)));
	add_visible(out, i->rule);
	buf_addz(out, "  ");
	add_place(out, i);
	if (i->file.n)
		buf_addz(out, ": ");
	add_visible(out, i->message);
	buf_addc(out, '\n');
}

void report_similar(struct buf *out, const struct store_similar *s)
{
	buf_addz(out, s->same ? "same   " : "alike  ");
	report_incident_line(out, &s->incident);
}

void report_past_fix(struct buf *out, const struct store_past_fix *m)
{
	buf_printf(out, "fixed by  %" PRId64 " of %" PRId64 "  ", m->successes, m->successes + m->failures);
	add_visible(out, m->rule);
	buf_addz(out, ": ");
	add_visible(out, m->solution);
	buf_addc(out, '\n');
}

void report_cluster_head(struct buf *out)
{
	buf_printf(
		out, "%9s %8s  %-5s  %-10s  %s\n", "incidents", "projects", "lacks", "last", "rule: message (example)");
}

void report_cluster(struct buf *out, const struct store_cluster *c)
{
	buf_printf(out, "%9" PRId64 " %8" PRId64 "  %-5.*s  %-10.*s  ", c->incidents, c->projects, STR_ARG(c->lacks),
		STR_ARG(str_sub(c->last, 0, 10)));
	add_visible(out, c->rule);
	buf_addz(out, ": ");
	add_visible(out, c->message);
	buf_addz(out, " (");
	add_visible(out, c->incident);
	buf_addz(out, ")\n");
}

void report_cluster_json(struct buf *out, const struct store_cluster *c)
{
	const struct {
		const char *name;
		struct str text;
	} texts[] = { { "lacks", c->lacks }, { "rule", c->rule }, { "tool", c->tool }, { "message", c->message },
		{ "example", c->incident }, { "last_seen", c->last } };

	buf_printf(out, "{\"incidents\":%" PRId64 ",\"projects\":%" PRId64, c->incidents, c->projects);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		buf_printf(out, ",\"%s\":", texts[i].name);
		json_write_string(out, texts[i].text);
	}
	buf_addz(out, "}\n");
}

/* ---- one incident ---- */

static void add_label(struct buf *out, const char *label)
{
	buf_printf(out, "%-12s", label);
}

/* "label       text\n", or nothing if the text is empty. */
static void add_text(struct buf *out, const char *label, struct str text)
{
	if (!text.n)
		return;
	add_label(out, label);
	add_visible(out, text);
	buf_addc(out, '\n');
}

static void add_finding(struct buf *out, const struct store_incident *i, const struct store_seen *seen)
{
	add_text(out, "incident", i->id);
	add_label(out, "time");
	add_time(out, i->time);
	buf_addz(out, " UTC\n");
	if (seen->incidents > 1)
		buf_printf(out, "%-12s%" PRId64 " times, first %.10s %.8s, last %.10s %.8s\n", "seen", seen->incidents,
			seen->first, seen->first + 11, seen->last, seen->last + 11);
	add_text(out, "state", i->status);
	if (i->file.n) {
		add_label(out, "where");
		add_place(out, i);
		buf_addc(out, '\n');
	}
	add_text(out, "project", i->project);
	add_text(out, "command", i->command);
	add_text(out, "tool", i->tool);
	add_text(out, "rule", i->rule);
	add_text(out, "level", i->level);
	add_text(out, "code", i->code);
	add_text(out, "message", i->message);
}

static void add_cause(struct buf *out, const struct record *r)
{
	struct str type = r->analysis.type, by = r->analysis.by;

	if (!members_are_set(&analysis_type, &r->analysis))
		return;
	buf_addz(out, "\ncause       ");
	add_visible(out, type.n ? type : STR("unknown"));
	buf_printf(out, ", severity %" PRId64 ", confidence %.2f", r->analysis.severity, r->analysis.confidence);
	if (by.n) {
		buf_addz(out, ", by ");
		add_visible(out, by);
	}
	buf_addc(out, '\n');
	LIST_EACH(cause, cause, &r->analysis.root_causes) {
		buf_printf(out, "  %.2f  ", cause->confidence);
		add_visible(out, cause->cause);
		buf_addc(out, '\n');
		if (cause->evidence.n) {
			buf_addz(out, "        evidence: ");
			add_visible(out, cause->evidence);
			buf_addc(out, '\n');
		}
		if (cause->verification.n) {
			buf_addz(out, "        to verify: ");
			add_visible(out, cause->verification);
			buf_addc(out, '\n');
		}
	}
}

static void add_solutions(struct buf *out, const struct record *r)
{
	if (r->solutions.n)
		buf_addz(out, "\nsolutions\n");
	LIST_EACH(solution, solution, &r->solutions) {
		buf_printf(out, "  %.2f  ", solution->confidence);
		add_visible(out, solution->id);
		if (solution->risk.level)
			buf_printf(out, " (%.*s)", STR_ARG(risk_name(solution->risk.level)));
		buf_addz(out, ": ");
		add_visible(out, solution->description);
		buf_addc(out, '\n');
	}
}

static void add_fix(struct buf *out, const struct record *r)
{
	struct str reason = r->fix.reason, backup = r->fix.backup;

	if (!r->fix.status)
		return;
	buf_addz(out, "\nfix         ");
	add_visible(out, fix_status_name(r->fix.status));
	buf_printf(out, ", attempt %" PRId64 ": ", (r->fix.attempt ? r->fix.attempt : 1));
	add_visible(out, r->fix.solution);
	buf_addc(out, '\n');
	add_text(out, "reason", reason);
	add_text(out, "backup", backup);
	add_lines(out, r->fix.diff, "  ");
}

static void add_verdict(struct buf *out, const struct record *r)
{
	if (!r->validation.status)
		return;
	buf_addz(out, "\nvalidation  ");
	add_visible(out, check_status_name(r->validation.status));
	buf_addz(out, r->validation.resolved ? ", resolved\n" : ", not resolved\n");
	LIST_EACH(check, check, &r->validation.checks) {
		buf_addz(out, "  ");
		add_visible(out, check->name);
		buf_addz(out, ": ");
		add_visible(out, check_status_name(check->status));
		buf_printf(out, ", %.2f s  ", check->seconds);
		add_visible(out, check->detail);
		buf_addc(out, '\n');
	}
}

void report_incident(struct buf *out, struct arena *a, const struct store_incident *i, const struct store_seen *seen)
{
	struct record r;

	add_finding(out, i, seen);
	/* Only valid records are stored, so this fails only if the file was changed by another program. */
	if (!record_parse(a, i->json, &r, NULL))
		return;
	add_cause(out, &r);
	add_solutions(out, &r);
	add_fix(out, &r);
	add_verdict(out, &r);
}

void report_event_line(struct buf *out, const struct store_event *e)
{
	char name[40];

	buf_addz(out, "  ");
	add_time(out, e->time);
	buf_printf(out, "  %-28s  ", visible(e->name, name, sizeof(name)));
	add_visible(out, e->detail);
	buf_addc(out, '\n');
}
