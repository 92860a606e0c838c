/* heal review - plans that need approval */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/shell.h"
#include "commands.h"
#include "fix/fix.h"
#include "policy/review_files.h"
#include "policy/review_queue.h"

static bool now;
static const char *why = "other";
static const struct opt review_opts[] = {
	OPT_FLAG('a', "apply", &now, "approve: apply the plan at once"),
	OPT_CHOICE('r', "reason", DENIAL_REASONS, &why, "deny: why (default: other)"),
	OPT_END,
};
static const struct tool review_tool = { "heal review", "[list | show id | approve id | deny id]",
	"list, show, approve or deny plans that need approval", review_opts,
	"An approval is valid once, for the same contents of the files that the plan edits or its commands read,\n"
	"and for the same commands.  Only the approvals of this user count, and those of the setting approvers.\n" };

/* ---- show ---- */

static const char *age(struct arena *a, struct str when)
{
	static const struct {
		long seconds;
		const char *unit;
	} units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" } };
	struct tm tm = { 0 };

	if (!strptime(arena_strdup(a, when), "%Y-%m-%dT%H:%M:%S", &tm))
		return "?";
	long seconds = (long)(time(NULL) - timegm(&tm));
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (seconds >= units[i].seconds)
			return arena_printf(a, "%ld %s", seconds / units[i].seconds, units[i].unit).p;
	return arena_printf(a, "%ld s", seconds > 0 ? seconds : 0).p;
}

/* What makes the approved plan act. */
static struct str next_run(struct arena *a, const struct queued *q)
{
	return q->command.n ?
		arena_printf(a, "cd %.*s && heal run -- %.*s", STR_ARG(shell_quote(a, q->root)), STR_ARG(q->command)) :
		arena_printf(a, "heal review approve --apply %.*s", STR_ARG(q->id));
}

static void queue_print(struct arena *a, const struct queued *q)
{
	printf("%s  %-8s  %s old  %s\n", visible_in(a, q->id), visible_in(a, q->status), age(a, q->time),
		visible_in(a, q->root));
	printf("    plan:    %s%s%s%s\n", visible_in(a, q->solution), q->why.n ? " (" : "", visible_in(a, q->why),
		q->why.n ? ")" : "");
	if (q->command.n)
		printf("    command: %s\n", visible_in(a, q->command));
	printf("    reason:  %s\n", visible_in(a, q->reason));
	if (q->by.n)
		printf("    %s: %s\n", str_is(q->status, "waiting") ? "not counted" : "decided", visible_in(a, q->by));
	if (str_is(q->status, "waiting"))
		printf("    next:    heal review show %s; heal review approve %s\n", visible_in(a, q->id),
			visible_in(a, q->id));
	else if (str_is(q->status, "approved"))
		printf("    next:    %s\n", visible_in(a, next_run(a, q)));
}

static void queue_print_whole(struct arena *a, const struct queued *q)
{
	struct str rest = q->diff, line;

	queue_print(a, q);
	JSON_EACH(row, q->files)
		printf("    file:    %s  %.12s\n", visible_in(a, json_str(json_get(row, "path"))),
			visible_in(a, json_str(json_get(row, "sha"))));
	while (str_line(&rest, &line))
		printf("%s\n", visible_in(a, line));
}

static void queue_print_all(struct arena *a)
{
	struct queued *at;
	struct str left_out;
	struct err err;
	size_t n;

	if (!queue_list(a, &at, &n, &left_out, &err))
		die(err.status, "%s", err.text);
	for (size_t i = 0; i < n; i++)
		queue_print(a, &at[i]);
	if (left_out.n)
		complain(HEAL_REFUSED, "a queued plan is left out: %s", visible_in(a, left_out));
}

/* ---- decide ---- */

/* For heal-log: who decided what. */
static void decision_store(struct arena *a, const struct queued *q, const char *name, const char *reason)
{
	struct record r = record_new(a, KIND_EVENT);

	r.event.name = str_of(name);
	r.event.incident = json_str(json_get(q->record, "id"));
	r.event.solution = q->solution;
	r.event.rule = json_str(json_path(q->record, "error.rule"));
	r.event.reason = str_of(reason);
	r.event.detail = arena_printf(a, "plan %.*s by %.*s (%u)%s%s", STR_ARG(q->plan),
		STR_ARG(user_name(a, geteuid())), (unsigned)geteuid(), reason ? ": " : "", reason ? reason : "");
	r.fingerprint = json_str(json_get(q->record, "fingerprint"));
	event_store(a, q->root, &r);
}

static void apply_now(struct arena *a, const struct queued *q)
{
	struct record r;
	struct err err;
	const char *root = arena_strdup(a, q->root);
	struct config *c = config_or_die(root);
	struct pack *pack = pack_load(NULL, &err);
	struct fixer_options o = { .root = root,
		.pack = pack,
		.config = c,
		.solution = arena_strdup(a, q->solution),
		.consent = CONSENT_APPLY };
	struct fixer *f = NULL;

	if (!pack || !record_parse(a, json_text(a, q->record), &r, &err) || !(f = fixer_new(&o, &err)))
		die(err.status, "%s", err.text);
	r.fix = (struct fix){ 0 };
	bool ok = fixer_record(f, &r);
	if (r.fix.status == FIX_APPLIED) {
		say("applied; 'heal undo %s' undoes it", visible_in(a, r.fix.backup));
		if (q->command.n)
			say("to verify it: %s", visible_in(a, next_run(a, q)));
	} else
		complain(ok ? HEAL_PERSON : fixer_status(f), "not applied: %s", visible_in(a, r.fix.reason));
	fixer_free(f);
	pack_free(pack);
	config_free(c);
}

static void approve(struct arena *a, const char *id)
{
	struct queued q;
	struct err err;

	if (!queue_show(a, id, &q, &err) || !queue_approve(id, &err))
		die(err.status, "%s", err.text);
	decision_store(a, &q, "fix_approved", NULL);
	say("approved: %s in %s", visible_in(a, q.solution), visible_in(a, q.root));
	if (now) {
		apply_now(a, &q);
		return;
	}
	say("to apply it: %s", visible_in(a, next_run(a, &q)));
	if (q.command.n)
		say("or at once, without running the command: heal review approve --apply %s", id);
}

static void deny(struct arena *a, const char *id)
{
	struct queued q;
	struct err err;

	if (!queue_show(a, id, &q, &err) || !queue_deny(id, why, &err))
		die(err.status, "%s", err.text);
	decision_store(a, &q, "fix_denied", why);
	say("denied (%s): this plan is not applied; 'heal review approve %s' reverses it", why, id);
}

static void show(struct arena *a, const char *id)
{
	struct queued q;
	struct err err;

	if (!queue_show(a, id, &q, &err))
		die(err.status, "%s", err.text);
	queue_print_whole(a, &q);
}

static const struct {
	const char *name;
	void (*run)(struct arena *a, const char *id);
} actions[] = { { "show", show }, { "approve", approve }, { "deny", deny }, { "reject", deny } };

int command_review(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	size_t i = 0;

	command_begin(&review_tool, &argc, argv, false);
	const char *what = argc > 1 ? argv[1] : "list", *id = argc > 2 ? argv[2] : NULL;
	if (strcmp(what, "list") == 0) {
		queue_print_all(&a);
		arena_free(&a);
		return tool_end(HEAL_OK);
	}
	while (i < sizeof(actions) / sizeof(actions[0]) && strcmp(what, actions[i].name) != 0)
		i++;
	if (i == sizeof(actions) / sizeof(actions[0]))
		die(HEAL_WRONG, "unknown command 'review %s'; valid: list, show, approve, deny", what);
	if (!id)
		die(HEAL_WRONG, "'review %s' requires the id of a plan; 'heal review' lists them", what);
	actions[i].run(&a, id);
	arena_free(&a);
	return tool_end(HEAL_OK);
}
