/* heal top - a view of projects, sessions and incidents, which is updated regularly on a terminal */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/diag.h"
#include "base/proc.h"
#include "base/visible.h"
#include "commands.h"
#include "present/present.h"
#include "screen.h"
#include "store/health.h"
#include "store/sessions.h"

enum { PROJECTS_MOST = 20, REPORTS_READ = 200, LINES_MOST = 40, LINES_ONCE = 10, SHOWN = 200, TEXT_ROOM = 1 << 20 };

static bool once;
static int interval = 2;
static const char *store_file, *colour = "auto";
static const struct opt top_opts[] = {
	OPT_FLAG(0, "once", &once, "print the view once and exit; the default without a terminal"),
	OPT_INT('i', "interval", "SECONDS", &interval, "update the view every SECONDS seconds; 2 by default"),
	OPT_STR('s', "store", "FILE", &store_file, "the store (a file or a URL), instead of the configured one"),
	OPT_CHOICE(0, "color", "auto|always|never", &colour, "colour the view"),
	OPT_END,
};
static const struct tool top_tool = { "heal top", "", "show projects, sessions and incidents, again and again",
	top_opts, "On a terminal, q quits, and any other key updates the view.\n" };

struct view {
	struct buf *out;
	bool colour;
	size_t n, most; /* lines of the present part */
	struct str projects[PROJECTS_MOST];
	size_t n_projects;
	struct arena a;
};

static const char *time_of(struct str time, char room[32])
{
	if (time.n >= 19)
		snprintf(room, 32, "%.10s %.8s", time.p, time.p + 11);
	else
		snprintf(room, 32, "%-19s", "");
	return room;
}

static void part(struct view *v, const char *title, size_t most)
{
	buf_printf(v->out, v->colour ? "\n\033[1m%s\033[0m\n" : "\n%s\n", title);
	v->n = 0;
	v->most = most;
}

/* A word, in the colour of what it means: 32 good, 33 to look at, 31 bad. */
static void word(struct view *v, struct str text, int width, int colour_number)
{
	char shown[SHOWN];

	visible(str_or_empty(text), shown, SHOWN);
	if (v->colour)
		buf_printf(v->out, "\033[%dm%-*s\033[0m", colour_number, width, shown);
	else
		buf_printf(v->out, "%-*s", width, shown);
}

/* Text of others: nothing in it moves the cursor, changes the colour or ends the line. */
static void text(struct view *v, struct str s)
{
	char shown[SHOWN];

	visible(str_or_empty(s), shown, SHOWN);
	for (char *p = shown; *p; p++)
		*p = *p == '\t' ? ' ' : *p;
	buf_addz(v->out, shown);
}

static bool report_show(void *ctx, const struct record *r)
{
	struct view *v = ctx;
	const struct health *h = &r->health;
	char time[32];

	for (size_t i = 0; i < v->n_projects; i++)
		if (str_eq(v->projects[i], h->project_id))
			return true;
	if (v->n_projects == PROJECTS_MOST || v->n == v->most)
		return false;
	v->projects[v->n_projects++] = arena_str(&v->a, str_or_empty(h->project_id));
	v->n++;
	buf_printf(v->out, "%s  ", time_of(r->time, time));
	word(v, health_status_name(h->overall_status), 10,
		h->overall_status >= HEALTH_CRITICAL        ? 31 :
			h->overall_status == HEALTH_WARNING ? 33 :
							      32);
	buf_printf(v->out, "%.2f  %4" PRId64 " issues  ", h->health_score, h->metrics.issues);
	text(v, h->project_id);
	if (h->prediction.status)
		buf_printf(v->out, "  %.*s", STR_ARG(prediction_text(&v->a, &h->prediction)));
	buf_addc(v->out, '\n');
	return true;
}

static bool session_show(void *ctx, const struct record *r)
{
	struct view *v = ctx;
	const struct session *s = &r->session;
	char time[32];

	buf_printf(v->out, "%s  ", time_of(r->time, time));
	word(v, session_status_name(s->status), 12,
		s->status == SESSION_HEALED || s->status == SESSION_CLEAN ? 32 :
			s->status == SESSION_PERSON                       ? 33 :
									    31);
	buf_printf(v->out, "%3" PRId64 " of %-3" PRId64 " fixed  %6.1f s ", s->fixed, s->incidents, s->seconds);
	for (size_t i = 0; i < s->command.n && i < 20; i++) {
		buf_addc(v->out, ' ');
		text(v, s->command.at[i]);
	}
	buf_addc(v->out, '\n');
	return ++v->n < v->most;
}

static bool incident_show(void *ctx, const struct store_incident *i)
{
	struct view *v = ctx;
	char time[32];

	buf_printf(v->out, "%s  ", time_of(i->time, time));
	word(v, i->status, 12, i->resolved ? 32 : 33);
	text(v, i->file);
	if (i->line > 0)
		buf_printf(v->out, ":%" PRId64, i->line);
	buf_addz(v->out, "  ");
	text(v, i->message);
	buf_addc(v->out, '\n');
	return ++v->n < v->most;
}

static bool view_fill(struct view *v, struct store *s, size_t lines, struct err *err)
{
	struct store_filter f = { .limit = (int)lines };
	struct store_totals t;

	if (!store_totals(s, &(struct store_filter){ 0 }, &t, err))
		return false;
	buf_printf(v->out,
		"%" PRId64 " incidents, %" PRId64 " resolved, %" PRId64 " need review; %" PRId64 " of %" PRId64
		" sessions healed\n",
		t.incidents, t.resolved, t.manual, t.healed, t.sessions);
	part(v, "projects", lines);
	if (!store_health(s, STR_NONE, REPORTS_READ, report_show, v, err))
		return false;
	part(v, "sessions", lines);
	if (!store_sessions(s, (int64_t)lines, session_show, v, err))
		return false;
	part(v, "incidents", lines);
	return store_history(s, &f, incident_show, v, err);
}

/* As text; lines: of each part.  The store is opened each time, so that a new one is seen. */
static bool view_text(struct buf *out, const char *store, size_t lines, bool coloured, struct err *err)
{
	struct view v = { .out = out, .colour = coloured, .a = ARENA_INIT };
	struct store *s = store_open_read(store, err);
	char now[32];
	time_t t = time(NULL);
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(now, sizeof(now), "%Y-%m-%d %H:%M:%S", &tm);
	buf_printf(out, "heal, %s UTC\n", now);
	bool ok = s && view_fill(&v, s, lines, err);
	store_close(s);
	arena_free(&v.a);
	return ok;
}

static void view_again(struct buf *out, const char *store, bool coloured)
{
	int key = 0, rows, columns;
	struct err err;

	while (key != 'q' && key != 'Q' && key >= 0) {
		screen_size(&rows, &columns);
		size_t lines = rows > 12 ? (size_t)(rows - 9) / 3 : 1;
		buf_clear(out);
		if (!view_text(out, store, lines < LINES_MOST ? lines : LINES_MOST, coloured, &err))
			buf_printf(out, "\n%s\n", err.text);
		screen_draw(buf_str(out));
		key = screen_wait(interval);
	}
}

int command_top(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct buf out;
	struct err err;

	command_begin(&top_tool, &argc, argv, false);
	if (argc > 1)
		die(HEAL_WRONG, "unexpected argument '%s'", argv[1]);
	if (interval < 1)
		die(HEAL_WRONG, "--interval must be 1 or more");
	struct config *config = config_or_die(project_root(&a, ".").p);
	struct str set = config_str(config, "store");
	const char *store = store_file ? store_file : set.n ? arena_strdup(&a, set) : NULL;
	bool coloured = colour_wanted(stdout, colour_parse(colour));

	buf_init(&out, TEXT_ROOM);
	if (!once && screen_begin()) {
		view_again(&out, store, coloured);
		screen_end();
	} else if (view_text(&out, store, LINES_ONCE, coloured, &err))
		fwrite(buf_str(&out).p, 1, buf_str(&out).n, stdout);
	else
		die(err.status, "%s", err.text);
	buf_release(&out);
	config_free(config);
	arena_free(&a);
	return tool_end(HEAL_OK);
}
