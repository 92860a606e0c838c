#include "loop/ui.h"

#include <stdarg.h>
#include <string.h>

#include "base/proc.h"
#include "policy/review_queue.h"
#include "present/present.h"
#include "present/safe.h"
#include "redact/redact.h"

enum { FILES_SHOWN = 3, CAUSES_SHOWN = 3, WIDTH = 300, LINE_WIDTH = 2000 };

void ui_init(struct ui *t, bool verbose, bool colour)
{
	*t = (struct ui){ .verbose = verbose, .colour = colour };
}

static void log_line(FILE *log, const char *text)
{
	struct arena a = ARENA_INIT;

	fprintf(log, "%s %s\n", time_text(&a).p, text);
	arena_free(&a);
}

static void line_out(struct ui *t, const char *colour, const char *words)
{
	struct arena a = ARENA_INIT;
	char text[4000];

	visible(redact_text(&a, str_of(words), REDACT_PLAIN), text, sizeof(text));
	arena_free(&a);
	if (t->log)
		log_line(t->log, text);
	if (t->quiet)
		return;
	fflush(stdout);
	if (t->colour)
		fprintf(stderr, "\033[%smheal:\033[0m %s\n", colour, text);
	else
		fprintf(stderr, "heal: %s\n", text);
	t->printed = true;
}

void ui_line(struct ui *t, const char *format, ...)
{
	char text[1200];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	line_out(t, "36", text);
}

void ui_verbose(struct ui *t, const char *line)
{
	if (t->verbose)
		line_out(t, "2", line);
}

/* One line of untrusted text, with control characters escaped. */
static const char *shown(struct str s, char out[WIDTH])
{
	return visible(str_sub(s, 0, str_chr(s, '\n')), out, WIDTH);
}

static void diff_out(struct ui *t, struct str diff)
{
	struct arena a = ARENA_INIT;
	struct str line;

	diff = redact_text(&a, diff, REDACT_PLAIN);
	while (!t->quiet && str_line(&diff, &line)) {
		char first = line.n ? line.p[0] : ' ';
		const char *text = text_safe(&a, line, LINE_WIDTH, LINE_BEGINS).p;
		const char *colour = first == '+' ? "32" : first == '-' ? "31" : first == '@' ? "36" : "0";
		if (t->colour)
			fprintf(stderr, "\033[%sm%s\033[0m\n", colour, text);
		else
			fprintf(stderr, "%s\n", text);
		arena_reset(&a);
	}
	arena_free(&a);
}

static struct str argv_shown(struct arena *a, const struct str_list *argv)
{
	char **words = arena_alloc(a, (argv->n + 1) * sizeof(*words));

	for (size_t i = 0; i < argv->n; i++)
		words[i] = arena_strdup(a, argv->at[i]);
	return argv_show(a, words);
}

static void applied_out(struct ui *t, const struct record *r)
{
	const struct solution *solution = solution_find(r, r->fix.solution);
	struct arena a = ARENA_INIT;
	char name[WIDTH];

	for (size_t i = 0; solution && i < solution->files.n && i < FILES_SHOWN; i++)
		ui_line(t, "changed %s", shown(solution->files.at[i], name));
	if (solution && solution->files.n > FILES_SHOWN)
		ui_line(t, "and %zu more files", solution->files.n - FILES_SHOWN);
	for (size_t i = 0; solution && i < solution->steps.n; i++)
		if (solution->steps.at[i].kind == STEP_RUN)
			ui_line(t, "ran %.*s", STR_ARG(argv_shown(&a, &solution->steps.at[i].argv)));
	arena_free(&a);
}

void ui_fix(struct ui *t, const struct record *r)
{
	char text[WIDTH];

	switch (r->fix.status) {
	case FIX_APPLIED:
		applied_out(t, r);
		break;
	case FIX_QUEUED:
	case FIX_PLANNED:
	case FIX_REFUSED:
		diff_out(t, r->fix.diff);
		if (r->fix.status != FIX_REFUSED)
			ui_line(t, "not applied, needs approval: %s", shown(r->fix.reason, text));
		if (r->fix.status == FIX_QUEUED)
			ui_line(t, "'heal review approve %.*s' approves it; the next run applies it",
				STR_ARG(queue_id(r->fix.plan)));
		break;
	default:
		break;
	}
}

bool ui_would(struct ui *t, const struct record *r)
{
	const struct solution *solution = solution_find(r, r->fix.solution);
	char text[WIDTH];

	if (r->fix.status != FIX_PLANNED || !r->fix.diff.n || !solution)
		return false;
	ui_line(t, "would try: %s", shown(solution->description, text));
	diff_out(t, r->fix.diff);
	return true;
}

static bool answer_is_yes(const char *question)
{
	char answer[16] = "";

	fprintf(stderr, "heal: %s [y/N] ", question);
	fflush(stderr);
	FILE *terminal = fopen("/dev/tty", "re");
	bool yes = terminal && fgets(answer, sizeof(answer), terminal) && (answer[0] == 'y' || answer[0] == 'Y');
	if (terminal)
		fclose(terminal);
	return yes;
}

bool ui_ask(struct ui *t, struct arena *a, const struct plan *plan, struct str proof)
{
	char text[WIDTH];

	t->quiet = false; /* a question must be seen */
	diff_out(t, plan_diff(a, plan));
	ui_line(t, "in a copy of the project %s", shown(proof, text));
	return answer_is_yes("apply it?");
}

bool ui_ask_rerun(struct ui *t, struct str command, struct str what)
{
	char text[WIDTH];

	t->quiet = false;
	ui_line(t, "the command acts outside the project: %s", shown(what, text));
	ui_line(t, "it would be run once more, to prove the fix: %s", shown(command, text));
	return answer_is_yes("run it?");
}

static bool is_told(const struct ui *t, const struct record *r)
{
	bool mended = r->fix.status == FIX_APPLIED || (t->in_part && r->fix.status == FIX_SKIPPED);

	return r->analysis.root_causes.n && r->analysis.root && !mended;
}

static void cause_out(struct ui *t, struct collected *c, const char *what)
{
	char text[WIDTH * 2];

	ui_line(t, "%s: %s", what, visible(c->r.analysis.root_causes.at[0].cause, text, sizeof(text)));
	LIST_EACH(solution, solution, &c->r.solutions) {
		struct str correction = correction_text(c->r.a, solution);
		if (correction.n)
			ui_line(t, "did you mean: %s", visible(correction, text, sizeof(text)));
		if (solution->steps.n && solution->steps.at[0].kind == STEP_ADVISE)
			ui_line(t, "advice: %s", visible(solution->steps.at[0].text, text, sizeof(text)));
	}
}

/* Where something failed, a warning is not what it failed of. */
static void advice_out(struct ui *t, const struct observed_run *w)
{
	int n = 0;

	for (struct collected *c = w->incidents.first; c && n < CAUSES_SHOWN; c = c->next)
		if (incident_is_failure(&c->r) && is_told(t, &c->r)) {
			cause_out(t, c, "cause");
			n++;
		}
	for (struct collected *c = w->incidents.first; c && n < CAUSES_SHOWN; c = c->next)
		if (!incident_is_failure(&c->r) && is_told(t, &c->r)) {
			cause_out(t, c, w->serious ? "cause of a warning" : "cause");
			n++;
		}
}

void ui_end(
	struct ui *t, enum session_status outcome, struct str reason, struct str backup, const struct observed_run *w)
{
	char text[WIDTH];

	if (outcome == SESSION_HEALED) {
		line_out(t, "32", backup.n ? "healed: the command passes now" : "the command passes now");
		if (backup.n)
			ui_line(t, "'heal undo %.*s' undoes it", STR_ARG(backup));
		return;
	}
	if (outcome == SESSION_CLEAN || (outcome == SESSION_INTERRUPTED && !reason.n))
		return;
	if (outcome != SESSION_INTERRUPTED)
		advice_out(t, w);
	if (outcome == SESSION_FAILED)
		line_out(t, "31", "internal error:");
	if (backup.n)
		ui_line(t, "'heal undo %.*s' undoes what was changed", STR_ARG(backup));
	if (reason.n)
		ui_line(t, "%s%s", outcome == SESSION_PERSON ? "manual intervention required: " : "",
			shown(reason, text));
}
