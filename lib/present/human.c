/* human.c - text output
 *
 *     src/a.c:3:5: error: implicit declaration of function 'sqrt' [gcc/diagnostic]
 *         3 | x = sqrt(2);
 *           |     ^~~~
 *       cause:  a header is missing (90 %)
 *       fix:    add #include <math.h> (90 %, green)
 *
 * Colour adds no information. */
#include <inttypes.h>
#include <string.h>

#include "present/format.h"

enum { SHOWN_MAX = 2000, LINE_MAX_SHOWN = 200, RAW_LINES = 8, TYPED_SHOWN = 3 };

enum style { PLAIN, BOLD, RED, YELLOW, GREEN, CYAN, DIM };

static void style(struct presenter *p, enum style s)
{
	static const char *const codes[] = { "0", "1", "1;31", "1;33", "32", "36", "2" };

	if (p->colour)
		fprintf(p->out, "\033[%sm", codes[s]);
}

/* Print untrusted text, escaped for terminals and CI systems. */
static void text_place_show(struct presenter *p, struct str s, enum text_place place)
{
	struct str shown = text_safe(&p->scratch, s, SHOWN_MAX, place);

	for (size_t i = 0; i < shown.n; i++) /* a tab becomes one column, so that carets are aligned */
		fputc(shown.p[i] == '\t' ? ' ' : shown.p[i], p->out);
}

static void text_show(struct presenter *p, struct str s)
{
	text_place_show(p, s, LINE_GOES_ON);
}

static void styled(struct presenter *p, enum style s, struct str text)
{
	style(p, s);
	text_show(p, text);
	style(p, PLAIN);
}

static enum style level_style(enum level level)
{
	return is_error_level(level) ? RED : level == LEVEL_WARNING ? YELLOW : CYAN;
}

/* "[gcc/diagnostic]": tool, and the rule's id without the tool. */
static void rule_show(struct presenter *p, const struct record *r)
{
	struct str tool = r->error.tool, rule = r->error.rule;

	if (tool.n && rule.n > tool.n && rule.p[tool.n] == '.' && str_eq(str_sub(rule, 0, tool.n), tool))
		rule = str_sub(rule, tool.n + 1, rule.n);
	style(p, DIM);
	fputs(" [", p->out);
	text_show(p, tool);
	fputs(tool.n ? "/" : "", p->out);
	text_show(p, rule);
	fputc(']', p->out);
	style(p, PLAIN);
}

static void head_show(struct presenter *p, const struct record *r)
{
	struct str file = r->error.file;
	int64_t line = r->error.line, column = r->error.column;

	style(p, BOLD);
	if (file.n) {
		text_place_show(p, file, LINE_BEGINS);
	} else {
		text_place_show(p, r->source.name, LINE_BEGINS);
		line = r->source.line;
	}
	if (line > 0)
		fprintf(p->out, ":%" PRId64, line);
	if (line > 0 && file.n && column > 0)
		fprintf(p->out, ":%" PRId64, column);
	fputs(": ", p->out);
	style(p, PLAIN);
	styled(p, level_style(r->error.level), level_name(r->error.level));
	fputs(": ", p->out);
	styled(p, BOLD, r->error.message);
	rule_show(p, r);
	if (incident_count(r) > 1)
		fprintf(p->out, " (%" PRId64 " times)", incident_count(r));
	fputc('\n', p->out);
}

/* ---- source excerpt ---- */

/* One blank for each column before the caret; an escaped character takes several. */
static void indent_to(FILE *out, struct str line, size_t column)
{
	for (size_t i = 0; i + 1 < column && i < line.n;) {
		char shown[VISIBLE_MOST];
		size_t step;
		visible_at(line, i, &step, shown);
		for (size_t k = shown[0] == '\\' ? strlen(shown) : 1; k > 0; k--)
			fputc(' ', out);
		i += step;
	}
}

static void caret_show(struct presenter *p, struct str line, int64_t column, int64_t end)
{
	fputs("        | ", p->out);
	indent_to(p->out, line, (size_t)column);
	style(p, GREEN);
	fputc('^', p->out);
	for (int64_t i = column + 1; i < end && (size_t)i <= line.n; i++)
		if (((unsigned char)line.p[i - 1] & 0xc0) != 0x80)
			fputc('~', p->out);
	style(p, PLAIN);
	fputc('\n', p->out);
}

static bool excerpt_show(struct presenter *p, const struct record *r)
{
	struct shown_place at = place_of_record(p, r);
	struct str line = at.in_log ? STR_NONE : excerpt_line(p, file_here(&p->scratch, r), at.line);

	if (!line.p)
		return false;
	line = str_sub(line, 0, LINE_MAX_SHOWN);
	fprintf(p->out, "%7" PRId64 " | ", at.line);
	text_show(p, line);
	fputc('\n', p->out);
	if (at.column > 0 && (size_t)at.column <= line.n + 1)
		caret_show(p, line, at.column, at.end_line > at.line ? 0 : at.end_column);
	return true;
}

/* If the file cannot be read: the lines that the tool printed after the first. */
static void raw_show(struct presenter *p, const struct record *r)
{
	struct str rest = r->error.raw, line, message = r->error.message;
	int shown = 0;

	while (shown < RAW_LINES && str_line(&rest, &line)) {
		if (str_trim(line).n == 0 || (message.n && str_find(line, message) < line.n))
			continue;
		fputs("        | ", p->out);
		text_show(p, str_sub(line, 0, LINE_MAX_SHOWN));
		fputc('\n', p->out);
		shown++;
	}
}

/* ---- results of the later stages ---- */

static void label(struct presenter *p, const char *name)
{
	style(p, CYAN);
	fprintf(p->out, "  %-8s", name);
	style(p, PLAIN);
}

static void percent(struct presenter *p, double confidence)
{
	fprintf(p->out, "%d %%", (int)(confidence * 100 + 0.5));
}

static void cause_show(struct presenter *p, const struct record *r)
{
	if (!r->analysis.root_causes.n)
		return;
	label(p, "cause:");
	text_show(p, best_cause(r));
	fputs(" (", p->out);
	percent(p, r->analysis.root_causes.at[0].confidence);
	fputs(")\n", p->out);
}

static void changed_show(struct presenter *p, const struct record *r)
{
	if (!r->analysis.changed.n)
		return;
	label(p, "note:");
	fputs("this line has changed ", p->out);
	text_show(p, r->analysis.changed);
	fputc('\n', p->out);
}

static enum style risk_style(enum risk_level level)
{
	return level == RISK_GREEN ? GREEN : level == RISK_AMBER ? YELLOW : RED;
}

/* Print corrections of the command line and their risks; true if there are any. */
static bool typed_show(struct presenter *p, const struct record *r)
{
	int shown = 0;

	LIST_EACH(solution, s, &r->solutions) {
		struct str text = correction_text(&p->scratch, s);
		if (!text.n || shown == TYPED_SHOWN)
			continue;
		style(p, CYAN);
		fputs(shown++ ? "            or: " : "  did you mean: ", p->out);
		style(p, PLAIN);
		styled(p, BOLD, text);
		if (s->risk.level == RISK_RED) {
			fputs(" (", p->out);
			styled(p, RED, risk_name(RISK_RED));
			fputc(')', p->out);
		}
		fputc('\n', p->out);
	}
	return shown > 0;
}

static void solution_show(struct presenter *p, const struct record *r)
{
	const struct solution *s = best_solution(r);

	if (!s || (typed_show(p, r) && correction_text(&p->scratch, s).n))
		return;
	label(p, s->applicability == APPLICABILITY_ADVICE ? "advice:" : "fix:");
	text_show(p, s->description);
	fputs(" (", p->out);
	percent(p, s->confidence);
	if (s->risk.level) {
		fputs(", ", p->out);
		styled(p, risk_style(s->risk.level), risk_name(s->risk.level));
	}
	fputs(")\n", p->out);
}

static void diff_show(struct presenter *p, struct str diff)
{
	struct str line;

	while (str_line(&diff, &line)) {
		fputs("    ", p->out);
		style(p, str_starts(line, "+") ? GREEN : str_starts(line, "-") ? RED : PLAIN);
		text_place_show(p, line, LINE_BEGINS);
		style(p, PLAIN);
		fputc('\n', p->out);
	}
}

static void fix_show(struct presenter *p, const struct record *r)
{
	struct str reason = r->fix.reason, backup = r->fix.backup;

	if (!r->fix.status)
		return;
	label(p, "status:");
	styled(p, BOLD, fix_status_name(r->fix.status));
	fputs(reason.n ? ", " : "", p->out);
	text_show(p, reason);
	if (backup.n) {
		fputs(" (heal undo ", p->out);
		text_show(p, backup);
		fputc(')', p->out);
	}
	fputc('\n', p->out);
	diff_show(p, r->fix.diff);
}

static void validation_show(struct presenter *p, const struct record *r)
{
	if (!r->validation.status)
		return;
	label(p, "checks:");
	styled(p, BOLD, check_status_name(r->validation.status));
	LIST_EACH(check, check, &r->validation.checks) {
		fputs(check == r->validation.checks.at ? ": " : ", ", p->out);
		text_show(p, check->name);
		fputc(' ', p->out);
		text_show(p, check_status_name(check->status));
	}
	fputc('\n', p->out);
}

static void incident_show(struct presenter *p, const struct record *r)
{
	head_show(p, r);
	if (!excerpt_show(p, r))
		raw_show(p, r);
	cause_show(p, r);
	changed_show(p, r);
	solution_show(p, r);
	fix_show(p, r);
	validation_show(p, r);
}

static void session_show(struct presenter *p, const struct record *r)
{
	struct str reason = r->session.reason, backup = r->session.backup;

	styled(p, BOLD, session_status_name(r->session.status));
	fprintf(p->out, ": %" PRId64 " incidents, %" PRId64 " fixes, %" PRId64 " runs in %.1f s", r->session.incidents,
		r->session.fixed, r->session.runs, r->session.seconds);
	if (reason.n)
		fputs("; ", p->out);
	text_show(p, reason);
	if (backup.n) {
		fputs("; heal undo ", p->out);
		text_show(p, backup);
	}
	fputc('\n', p->out);
}

void human_record(struct presenter *p, const struct record *r)
{
	if (r->kind == KIND_INCIDENT)
		incident_show(p, r);
	else if (r->kind == KIND_SESSION)
		session_show(p, r);
}

void human_end(struct presenter *p)
{
	if (p->errors + p->warnings < 2)
		return;
	fprintf(p->out, "%lu error%s, %lu warning%s\n", p->errors, p->errors == 1 ? "" : "s", p->warnings,
		p->warnings == 1 ? "" : "s");
}
