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

static enum style level_style(struct str level)
{
	if (str_is(level, "fatal") || str_is(level, "error"))
		return RED;
	return str_is(level, "warning") ? YELLOW : CYAN;
}

/* "[gcc/diagnostic]": tool, and the rule's id without the tool. */
static void rule_show(struct presenter *p, const struct record *r)
{
	struct str tool = record_str(r, F_ERROR_TOOL), rule = record_str(r, F_ERROR_RULE);

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
	struct str file = record_str(r, F_ERROR_FILE), level = record_str(r, F_ERROR_LEVEL);
	int64_t line = record_int(r, F_ERROR_LINE, 0), column = record_int(r, F_ERROR_COLUMN, 0);

	style(p, BOLD);
	if (file.n) {
		text_place_show(p, file, LINE_BEGINS);
	} else {
		text_place_show(p, record_str(r, F_SOURCE_NAME), LINE_BEGINS);
		line = record_int(r, F_SOURCE_LINE, 0);
	}
	if (line > 0)
		fprintf(p->out, ":%" PRId64, line);
	if (line > 0 && file.n && column > 0)
		fprintf(p->out, ":%" PRId64, column);
	fputs(": ", p->out);
	style(p, PLAIN);
	styled(p, level_style(level), level);
	fputs(": ", p->out);
	styled(p, BOLD, record_str(r, F_ERROR_MESSAGE));
	rule_show(p, r);
	if (record_int(r, F_ERROR_COUNT, 1) > 1)
		fprintf(p->out, " (%" PRId64 " times)", record_int(r, F_ERROR_COUNT, 1));
	fputc('\n', p->out);
}

/* ---- source excerpt ---- */

/* One blank for each character before the caret; visible() prints a control byte as four. */
static void indent_to(FILE *out, struct str line, size_t column)
{
	for (size_t i = 0; i + 1 < column && i < line.n;) {
		size_t step = utf8_length(line, i);
		unsigned char c = (unsigned char)line.p[i];
		bool odd = step == 0 || (c < 0x20 && c != '\t') || c == 0x7f;
		fputs(odd ? "    " : " ", out);
		i += step ? step : 1;
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
	struct str rest = record_str(r, F_ERROR_RAW), line, message = record_str(r, F_ERROR_MESSAGE);
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

static void percent(struct presenter *p, const struct json *confidence)
{
	if (confidence)
		fprintf(p->out, "%d %%", (int)(json_double(confidence, 0) * 100 + 0.5));
}

static void cause_show(struct presenter *p, const struct record *r)
{
	struct json *cause = json_at(record_get(r, F_ANALYSIS_ROOT_CAUSES), 0);

	if (!cause)
		return;
	label(p, "cause:");
	text_show(p, best_cause(r));
	if (json_get(cause, "confidence")) {
		fputs(" (", p->out);
		percent(p, json_get(cause, "confidence"));
		fputc(')', p->out);
	}
	fputc('\n', p->out);
}

static void changed_show(struct presenter *p, const struct record *r)
{
	if (!record_str(r, F_ANALYSIS_CHANGED).n)
		return;
	label(p, "note:");
	fputs("this line has changed ", p->out);
	text_show(p, record_str(r, F_ANALYSIS_CHANGED));
	fputc('\n', p->out);
}

static enum style risk_style(struct str level)
{
	return str_is(level, "green") ? GREEN : str_is(level, "amber") ? YELLOW : RED;
}

/* Print corrections of the command line and their risks; true if there are any. */
static bool typed_show(struct presenter *p, const struct record *r)
{
	int shown = 0;

	JSON_EACH(s, record_get(r, F_SOLUTIONS)) {
		struct str text = correction_text(&p->scratch, s), risk = json_str(json_path(s, "risk.level"));
		if (!text.n || shown == TYPED_SHOWN)
			continue;
		style(p, CYAN);
		fputs(shown++ ? "            or: " : "  did you mean: ", p->out);
		style(p, PLAIN);
		styled(p, BOLD, text);
		if (str_is(risk, "red")) {
			fputs(" (", p->out);
			styled(p, RED, risk);
			fputc(')', p->out);
		}
		fputc('\n', p->out);
	}
	return shown > 0;
}

static void solution_show(struct presenter *p, const struct record *r)
{
	struct json *s = best_solution(r);
	struct str risk = json_str(json_path(s, "risk.level"));

	if (!s || (typed_show(p, r) && correction_text(&p->scratch, s).n))
		return;
	label(p, str_is(json_str(json_get(s, "applicability")), "advice") ? "advice:" : "fix:");
	text_show(p, json_str(json_get(s, "description")));
	fputs(" (", p->out);
	percent(p, json_get(s, "confidence"));
	if (risk.n) {
		fputs(json_get(s, "confidence") ? ", " : "", p->out);
		styled(p, risk_style(risk), risk);
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
	struct str reason = record_str(r, F_FIX_REASON), backup = record_str(r, F_FIX_BACKUP);

	if (!record_get(r, F_FIX))
		return;
	label(p, "status:");
	styled(p, BOLD, record_str(r, F_FIX_STATUS));
	fputs(reason.n ? ", " : "", p->out);
	text_show(p, reason);
	if (backup.n) {
		fputs(" (heal undo ", p->out);
		text_show(p, backup);
		fputc(')', p->out);
	}
	fputc('\n', p->out);
	diff_show(p, record_str(r, F_FIX_DIFF));
}

static void validation_show(struct presenter *p, const struct record *r)
{
	if (!record_get(r, F_VALIDATION))
		return;
	label(p, "checks:");
	styled(p, BOLD, record_str(r, F_VALIDATION_STATUS));
	JSON_EACH(check, record_get(r, F_VALIDATION_CHECKS)) {
		fputs(check->parent->first == check ? ": " : ", ", p->out);
		text_show(p, json_str(json_get(check, "check")));
		fputc(' ', p->out);
		text_show(p, json_str(json_get(check, "status")));
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
	struct str reason = record_str(r, F_SESSION_REASON), backup = record_str(r, F_SESSION_BACKUP);

	styled(p, BOLD, record_str(r, F_SESSION_STATUS));
	fprintf(p->out, ": %" PRId64 " incidents, %" PRId64 " fixes, %" PRId64 " runs in %.1f s",
		record_int(r, F_SESSION_INCIDENTS, 0), record_int(r, F_SESSION_FIXED, 0),
		record_int(r, F_SESSION_RUNS, 0), record_double(r, F_SESSION_SECONDS, 0));
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
	if (record_is(r, "incident"))
		incident_show(p, r);
	else if (record_is(r, "session"))
		session_show(p, r);
}

void human_end(struct presenter *p)
{
	if (p->errors + p->warnings < 2)
		return;
	fprintf(p->out, "%lu error%s, %lu warning%s\n", p->errors, p->errors == 1 ? "" : "s", p->warnings,
		p->warnings == 1 ? "" : "s");
}
