#include "loop/ui.h"

#include <stdarg.h>
#include <string.h>

#include "base/proc.h"
#include "fix/planner.h"
#include "present/present.h"

enum { SHOWN = 3, WIDTH = 300 };

void ui_init(struct ui *t, bool verbose, bool colour)
{
	*t = (struct ui){ .verbose = verbose, .colour = colour };
}

static void line_out(struct ui *t, const char *colour, const char *text)
{
	fflush(stdout);
	if (t->colour)
		fprintf(stderr, "\033[%smheal:\033[0m %s\n", colour, text);
	else
		fprintf(stderr, "heal: %s\n", text);
	t->said = true;
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

/* Untrusted text, one line of it, harmless. */
static const char *shown(struct str s, char out[WIDTH])
{
	return visible(str_sub(s, 0, str_chr(s, '\n')), out, WIDTH);
}

static void diff_out(struct ui *t, struct str diff)
{
	struct str line;
	char text[2000];

	while (str_line(&diff, &line)) {
		char first = line.n ? line.p[0] : ' ';
		visible(line, text, sizeof(text));
		const char *colour = first == '+' ? "32" : first == '-' ? "31" : first == '@' ? "36" : "0";
		if (t->colour)
			fprintf(stderr, "\033[%sm%s\033[0m\n", colour, text);
		else
			fprintf(stderr, "%s\n", text);
	}
}

void ui_applied(struct ui *t, const struct plan *plan)
{
	char name[WIDTH];

	for (size_t i = 0; i < plan->n && i < SHOWN; i++)
		ui_line(t, "changed %s", shown(plan->changes[i].path, name));
	if (plan->n > SHOWN)
		ui_line(t, "and %zu more files", plan->n - SHOWN);
	for (size_t i = 0; i < plan->commands_n; i++) {
		struct arena a = ARENA_INIT;
		ui_line(t, "ran %.*s", STR_ARG(argv_show(&a, plan->commands[i].argv)));
		arena_free(&a);
	}
}

void ui_plan(struct ui *t, struct arena *a, const struct plan *plan, const char *reason, struct str queued)
{
	char name[WIDTH];

	diff_out(t, plan_diff(a, plan));
	ui_line(t, "this would mend it, but needs a person: %s", shown(str_of(reason), name));
	if (queued.n)
		ui_line(t, "'heal review approve %.*s' lets it through", STR_ARG(queued));
}

void ui_would(struct ui *t, struct arena *a, const struct fixer *fixer, const struct watched *w)
{
	char text[WIDTH];
	int n = 0;

	for (struct collected *c = w->incidents.first; c && n < SHOWN; c = c->next) {
		struct json *best = json_at(record_get(&c->r, F_SOLUTIONS), 0);
		struct err err;
		if (!best || !c->r.analysis.root ||
			str_is(json_str(json_get(best, "applicability")), "advice"))
			continue;
		struct plan *plan = plan_make(a, fixer_policy(fixer), fixer_tree(fixer), best, &c->r, &err);
		if (!plan || plan_is_empty(plan))
			continue;
		ui_line(t, "would try: %s", shown(json_str(json_get(best, "description")), text));
		diff_out(t, plan_diff(a, plan));
		n++;
	}
}

bool ui_ask(struct ui *t, struct arena *a, const struct plan *plan)
{
	char answer[16] = "";

	diff_out(t, plan_diff(a, plan));
	ui_line(t, "the command passes with this change, tried in a copy of the project");
	fprintf(stderr, "heal: apply it? [y/N] ");
	fflush(stderr);
	FILE *terminal = fopen("/dev/tty", "re");
	bool yes = terminal && fgets(answer, sizeof(answer), terminal) && (answer[0] == 'y' || answer[0] == 'Y');
	if (terminal)
		fclose(terminal);
	return yes;
}

static void advice_out(struct ui *t, const struct watched *w)
{
	char text[WIDTH * 2];
	int n = 0;

	for (struct collected *c = w->incidents.first; c && n < SHOWN; c = c->next) {
		struct str cause = json_str(json_path(c->r.root, "analysis.root_causes.0.cause"));
		if (!cause.n || !c->r.analysis.root)
			continue;
		n++;
		ui_line(t, "cause: %s", visible(cause, text, sizeof(text)));
		JSON_EACH(solution, record_get(&c->r, F_SOLUTIONS)) {
			struct json *step = json_path(solution, "steps.0");
			struct str correction = correction_text(c->r.a, solution);
			if (correction.n)
				ui_line(t, "did you mean: %s", visible(correction, text, sizeof(text)));
			if (str_is(json_str(json_get(step, "do")), "advise"))
				ui_line(t, "advice: %s", visible(json_str(json_get(step, "text")), text, sizeof(text)));
		}
	}
}

void ui_end(struct ui *t, const char *outcome, struct str reason, struct str backup, const struct watched *w)
{
	char text[WIDTH];

	if (strcmp(outcome, "healed") == 0) {
		line_out(t, "32", backup.n ? "healed: the command passes now" : "the command passes now");
		if (backup.n)
			ui_line(t, "'heal undo %.*s' takes it back", STR_ARG(backup));
		return;
	}
	if (strcmp(outcome, "clean") == 0 || strcmp(outcome, "interrupted") == 0)
		return;
	advice_out(t, w);
	if (strcmp(outcome, "failed") == 0)
		line_out(t, "31", "heal itself failed:");
	if (reason.n)
		ui_line(t, "%s%s", strcmp(outcome, "person") == 0 ? "a person is needed: " : "", shown(reason, text));
}
