/* The tools: which programs of heal each one runs, and what it answers. */
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/shell.h"
#include "journal/journal.h"
#include "policy/review_queue.h"
#include "server.h"

static bool is_true(const struct call *c, const char *name)
{
	return json_bool(json_get(c->arguments, name), false);
}

static struct str text_of(const struct call *c, const char *name)
{
	return json_str(json_get(c->arguments, name));
}

/* ---- argument lists ---- */

struct words {
	struct arena *a;
	VEC(char *) list;
};

static void word(struct words *w, const char *text)
{
	*VEC_ADD(w->a, &w->list) = arena_strdup(w->a, str_of(text));
}

static void option(struct words *w, const char *name, struct str value)
{
	if (value.n) {
		word(w, name);
		*VEC_ADD(w->a, &w->list) = arena_strdup(w->a, value);
	}
}

static void stage(struct call *c, struct words *w)
{
	*VEC_ADD(w->a, &w->list) = NULL;
	c->pipeline.argv[c->pipeline.n++] = w->list.at;
	*w = (struct words){ .a = w->a };
}

static struct str number_of(struct call *c, const char *name, int64_t otherwise)
{
	return arena_printf(&c->a, "%lld", (long long)json_int(json_get(c->arguments, name), otherwise));
}

/* ---- commands ---- */

/* The words of a command that is permitted.  false: err. */
static bool command_take(struct server *s, struct call *c, char ***words, size_t *n, struct err *err)
{
	struct str wanted = text_of(c, "command");
	struct shell_line line = shell_split(&c->a, wanted);
	bool known = s->any_command;

	for (size_t i = 0; i < s->commands.n; i++)
		known |= str_eq(s->commands.at[i], wanted);
	if (!known && !s->commands.n)
		return err_set(err, HEAL_PERSON,
			"no command is permitted: ask the user to start heal-mcp with --command, or to set "
			"mcp.commands");
	if (!known || !line.simple || line.n != 1)
		return err_set(err, HEAL_PERSON,
			"this command is not permitted; get_healing_status lists those that are, and the user can add "
			"others with --command or mcp.commands");
	*n = line.command[0].n;
	*words = arena_alloc(&c->a, (*n + 1) * sizeof(**words));
	for (size_t i = 0; i < *n; i++)
		(*words)[i] = arena_strdup(&c->a, line.command[0].word[i].value);
	return true;
}

static bool command_add(struct server *s, struct call *c, struct words *w, struct err *err)
{
	char **words = NULL;
	size_t n = 0;

	if (!command_take(s, c, &words, &n, err))
		return false;
	word(w, "--");
	for (size_t i = 0; i < n; i++)
		word(w, words[i]);
	return true;
}

/* ---- the text of a log ---- */

static bool log_take(struct call *c, struct err *err)
{
	struct str file = text_of(c, "file");

	c->pipeline.input = str_or_empty(text_of(c, "text"));
	return !file.n || place_read(&c->a, &c->place, file, &c->pipeline.input, err);
}

static bool detect_add(struct call *c, int64_t max, struct err *err)
{
	struct words w = { .a = &c->a };

	word(&w, "heal-detect");
	option(&w, "--max", number_of(c, "max", max));
	option(&w, "--level", text_of(c, "level"));
	if (is_true(c, "unknown"))
		word(&w, "--unknown");
	stage(c, &w);
	return log_take(c, err);
}

static void analyze_add(struct call *c)
{
	struct words w = { .a = &c->a };

	word(&w, "heal-analyze");
	option(&w, "--root", c->place.root);
	stage(c, &w);
}

static bool detect_plan(struct server *s, struct call *c, struct err *err)
{
	(void)s;
	return detect_add(c, 50, err);
}

static bool analyze_plan(struct server *s, struct call *c, struct err *err)
{
	(void)s;
	if (!detect_add(c, 20, err))
		return false;
	analyze_add(c);
	return true;
}

static bool preview_plan(struct server *s, struct call *c, struct err *err)
{
	struct words w = { .a = &c->a };

	if (!analyze_plan(s, c, err))
		return false;
	word(&w, "heal-fix");
	option(&w, "--root", c->place.root);
	option(&w, "--solution", text_of(c, "solution"));
	stage(c, &w);
	return true;
}

/* The confirmation: --yes if the person who started heal-mcp said so, else the client's user is asked. */
static void confirmation_add(struct server *s, struct call *c, struct words *w)
{
	if (s->yes) {
		word(w, "--yes");
		return;
	}
	option(w, "--ask-fd", STR("%ask"));
	c->pipeline.ask_stage = (int)c->pipeline.n;
}

static bool apply_plan(struct server *s, struct call *c, struct err *err)
{
	struct words w = { .a = &c->a };

	if (!analyze_plan(s, c, err))
		return false;
	word(&w, "heal-fix");
	word(&w, "--apply");
	confirmation_add(s, c, &w);
	option(&w, "--root", c->place.root);
	option(&w, "--solution", text_of(c, "solution"));
	stage(c, &w);
	word(&w, "heal-validate");
	option(&w, "--root", c->place.root);
	if (json_get(c->arguments, "command") && !command_add(s, c, &w, err))
		return false;
	stage(c, &w);
	word(&w, "heal-log");
	stage(c, &w);
	return true;
}

static bool session_plan(struct server *s, struct call *c, struct err *err)
{
	struct words w = { .a = &c->a };

	word(&w, "heal");
	word(&w, "run");
	word(&w, "--no-color");
	if (json_bool(json_get(c->arguments, "apply"), true))
		confirmation_add(s, c, &w);
	else
		word(&w, "--dry-run");
	if (!temporary_folder_make(&c->a, &c->scratch, "mcp", err))
		return false;
	option(&w, "--records", arena_printf(&c->a, "%.*s/records", STR_ARG(c->scratch.path)));
	option(&w, "--root", c->place.root);
	option(&w, "--level", text_of(c, "level"));
	if (json_get(c->arguments, "max_attempts"))
		option(&w, "--max-attempts", number_of(c, "max_attempts", 3));
	if (!command_add(s, c, &w, err))
		return false;
	stage(c, &w);
	return true;
}

static bool undo_plan(struct server *s, struct call *c, struct err *err)
{
	struct words w = { .a = &c->a };
	struct journal_entry *at;
	struct str name = text_of(c, "name");
	bool found = !name.n;
	size_t n;

	if (!journal_list(&c->a, STR_NONE, &at, &n, err))
		return false;
	/* A fix of another project is not this client's. */
	for (size_t i = 0; i < n; i++)
		found |= str_eq(at[i].name, name) && folders_permit(&s->folders, at[i].root);
	if (!found)
		return err_set(
			err, HEAL_WRONG, "no such fix in the projects of this server; get_healing_status lists them");
	word(&w, "heal");
	word(&w, "undo");
	if (name.n) {
		word(&w, "--");
		word(&w, arena_strdup(&c->a, name));
	}
	stage(c, &w);
	return true;
}

static int64_t history_begin(const struct call *c)
{
	int64_t n;

	return str_number(text_of(c, "cursor"), &n) ? n : 0;
}

static int64_t history_limit(const struct call *c)
{
	return json_int(json_get(c->arguments, "limit"), 20);
}

static bool history_plan(struct server *s, struct call *c, struct err *err)
{
	struct words w = { .a = &c->a };

	(void)s, (void)err;
	word(&w, "heal-log");
	word(&w, "history");
	option(&w, "--format", STR("ndjson"));
	/* One more shows whether there is another page. */
	option(&w, "--limit", arena_printf(&c->a, "%lld", (long long)(history_begin(c) + history_limit(c) + 1)));
	option(&w, "--project", c->place.root);
	stage(c, &w);
	return true;
}

static bool explain_plan(struct server *s, struct call *c, struct err *err)
{
	struct words w = { .a = &c->a };

	(void)s;
	if (json_get(c->arguments, "incident")) {
		word(&w, "heal-log");
		word(&w, "show");
		option(&w, "--format", STR("ndjson"));
		word(&w, "--");
		word(&w, arena_strdup(&c->a, text_of(c, "incident")));
	} else {
		word(&w, "heal-rules");
		word(&w, "explain");
		word(&w, "--");
		word(&w, arena_strdup(&c->a, text_of(c, "rule")));
	}
	stage(c, &w);
	return log_take(c, err);
}

/* ---- health ---- */

static void monitor_add(struct call *c, const char *command, struct str interval)
{
	struct words w = { .a = &c->a };

	word(&w, "heal-monitor");
	option(&w, "--format", STR("ndjson"));
	if (is_true(c, "quality"))
		word(&w, "--quality");
	option(&w, "--interval", interval);
	if (command)
		word(&w, command);
	word(&w, arena_strdup(&c->a, c->place.root));
	stage(c, &w);
}

static bool check_plan(struct server *s, struct call *c, struct err *err)
{
	(void)s, (void)err;
	monitor_add(c, NULL, STR_NONE);
	return true;
}

static bool start_plan(struct server *s, struct call *c, struct err *err)
{
	(void)s, (void)err;
	monitor_add(c, "start", number_of(c, "interval", 60));
	return true;
}

static bool stop_plan(struct server *s, struct call *c, struct err *err)
{
	(void)s, (void)err;
	monitor_add(c, "stop", STR_NONE);
	return true;
}

static bool status_plan(struct server *s, struct call *c, struct err *err)
{
	(void)s, (void)err;
	monitor_add(c, "status", STR_NONE);
	return true;
}

static bool loop_plan(struct server *s, struct call *c, struct err *err)
{
	struct config *config = config_load(c->place.root.p, err);
	bool permitted = config && config_bool(config, "health.heal");

	config_free(config);
	if (!config)
		return false;
	if (!permitted)
		return err_set(err, HEAL_PERSON,
			"healing sessions of the monitor are not permitted: ask the user to set health.heal to true in "
			"their "
			"settings; start_health_monitoring works without it");
	return start_plan(s, c, err);
}

/* ---- results ---- */

static bool has_failed(const struct call *c)
{
	for (size_t i = 0; i < c->children.n; i++)
		if (c->children.status[i] == HEAL_WRONG || c->children.status[i] >= HEAL_REFUSED)
			return true;
	return false;
}

static struct json *result_new(struct call *c)
{
	struct json *result = json_new(&c->a, JSON_OBJECT);

	json_set(&c->a, result, "messages", messages_of(&c->a, &c->children));
	return result;
}

/* What a person can do about plans that were not applied. */
static void queued_tell(struct call *c, struct json *result)
{
	JSON_EACH(r, json_get(result, "incidents")) {
		struct str plan = json_str(json_path(r, "fix.plan"));
		if (str_is(json_str(json_path(r, "fix.status")), "queued") && plan.n)
			json_add(json_get(result, "messages"),
				json_new_str(&c->a,
					arena_printf(&c->a,
						"a plan waits for a person; ask the user to run 'heal review show "
						"%.*s'",
						STR_ARG(queue_id(plan)))));
	}
}

static struct json *records_result(struct server *s, struct call *c, bool *failed)
{
	struct json *result = result_new(c);
	bool cut = c->children.output.truncated;

	(void)s;
	json_set(&c->a, result, "incidents", records_of(&c->a, buf_str(&c->children.output), "incident", &cut));
	queued_tell(c, result);
	result_mark(&c->a, result, cut);
	*failed = has_failed(c);
	return result;
}

static struct json *history_result(struct server *s, struct call *c, bool *failed)
{
	struct json *result = records_result(s, c, failed), *page = json_new(&c->a, JSON_ARRAY);
	int64_t begin = history_begin(c), end = begin + history_limit(c), i = 0;

	for (struct json *r = json_get(result, "incidents")->first, *next; r; r = next, i++) {
		next = r->next;
		if (i >= begin && i < end)
			json_add(page, r);
	}
	json_set(&c->a, result, "incidents", page);
	if (i > end)
		json_set_str(&c->a, result, "nextCursor", arena_printf(&c->a, "%lld", (long long)end));
	return result;
}

enum { SESSION_OUTPUT = 8192 };

static struct str tail_of(const struct buf *b)
{
	return str_sub(buf_str(b), b->n > SESSION_OUTPUT ? b->n - SESSION_OUTPUT : 0, b->n);
}

static struct json *session_result(struct server *s, struct call *c, bool *failed)
{
	struct json *result = json_new(&c->a, JSON_OBJECT), *messages = json_array_in(&c->a, result, "messages");
	struct str text = STR(""), printed = tail_of(&c->children.output), errors = buf_str(&c->children.errors), line;
	bool cut = printed.n < c->children.output.n || c->children.output.truncated;
	struct buf output;
	struct err err;

	/* The command's own messages are not heal's. */
	buf_init(&output, SESSION_OUTPUT);
	while (str_line(&errors, &line))
		if (str_starts(line, "heal: "))
			json_add(messages, json_new_str(&c->a, line));
		else
			buf_printf(&output, "%.*s\n", STR_ARG(line));
	cut |= output.truncated;

	(void)s;
	file_read(&c->a, arena_printf(&c->a, "%.*s/records", STR_ARG(c->scratch.path)).p, OUTPUT_MAX, &text, &err);
	json_set(&c->a, result, "incidents", records_of(&c->a, text, "incident", &cut));
	struct json *sessions = records_of(&c->a, text, "session", &cut);
	if (sessions->last)
		json_set(&c->a, result, "session", json_get(sessions->last, "session"));
	json_set_str(&c->a, result, "output", arena_join(&c->a, printed, buf_str(&output)));
	buf_release(&output);
	queued_tell(c, result);
	result_mark(&c->a, result, cut);
	*failed = !json_get(result, "session");
	return result;
}

static struct json *undo_result(struct server *s, struct call *c, bool *failed)
{
	struct json *result = result_new(c);

	(void)s;
	*failed = c->children.status[0] != 0;
	json_set_bool(&c->a, result, "undone", !*failed);
	return result;
}

static struct json *explain_result(struct server *s, struct call *c, bool *failed)
{
	struct json *result = result_new(c);
	bool cut = false;

	if (json_get(c->arguments, "incident")) {
		struct json *list = records_of(&c->a, buf_str(&c->children.output), "incident", &cut);
		struct str project = json_str(json_path(list->first, "source.project"));
		/* The store has all projects of the user. */
		if (list->first && folders_permit(&s->folders, project))
			json_set(&c->a, result, "incidents", list);
		else
			json_set(&c->a, result, "messages", json_new(&c->a, JSON_ARRAY));
		*failed = !json_get(result, "incidents");
		if (*failed)
			json_add(json_get(result, "messages"),
				json_new_str(
					&c->a, STR("no such incident in the projects of this server; call history")));
	} else {
		json_set_str(&c->a, result, "explanation", buf_str(&c->children.output));
		*failed = has_failed(c);
	}
	result_mark(&c->a, result, cut);
	json_remove(result, "truncated");
	return result;
}

static struct json *check_result(struct server *s, struct call *c, bool *failed)
{
	struct json *result = result_new(c);
	bool cut = false;
	struct json *list = records_of(&c->a, buf_str(&c->children.output), "health", &cut);

	(void)s;
	*failed = !list->last;
	if (list->last)
		json_set(&c->a, result, "report", json_get(list->last, "health"));
	result_mark(&c->a, result, cut);
	json_remove(result, "truncated");
	return result;
}

static struct json *monitor_result(struct server *s, struct call *c, bool *failed)
{
	struct json *result = result_new(c);
	int status = c->children.status[0];
	bool stops = str_is(json_str(json_get(c->spec, "name")), "stop_health_monitoring");

	(void)s;
	/* To stop what does not run is no error. */
	*failed = status != 0 && !(stops && status == HEAL_NO);
	json_set_bool(&c->a, result, "monitored", stops ? *failed : !*failed);
	return result;
}

static void waiting_add(struct server *s, struct call *c, struct json *result)
{
	struct json *list = json_array_in(&c->a, result, "waiting");
	struct queued *at;
	struct err err;
	size_t n = 0;

	queue_list(&c->a, &at, &n, NULL, &err);
	for (size_t i = 0; i < n; i++) {
		if (!folders_permit(&s->folders, at[i].root))
			continue;
		struct json *row = json_add(list, json_new(&c->a, JSON_OBJECT));
		json_set_str(&c->a, row, "id", at[i].id);
		json_set_str(&c->a, row, "solution", at[i].solution);
		json_set_str(&c->a, row, "why", at[i].why);
		json_set_str(&c->a, row, "reason", at[i].reason);
		json_set_str(&c->a, row, "time", at[i].time);
		json_set_str(&c->a, row, "status", at[i].status);
	}
}

static void fixes_add(struct call *c, struct json *result)
{
	enum { FIXES = 20 };
	struct json *list = json_array_in(&c->a, result, "fixes");
	struct journal_entry *at;
	struct err err;
	size_t n = 0;

	if (!journal_list(&c->a, STR_NONE, &at, &n, &err))
		n = 0;
	for (size_t i = 0; i < n && json_count(list) < FIXES; i++) {
		if (!str_eq(at[i].root, c->place.root))
			continue;
		struct json *row = json_add(list, json_new(&c->a, JSON_OBJECT));
		json_set_str(&c->a, row, "name", at[i].name);
		json_set_str(&c->a, row, "time", at[i].time);
		json_set_str(&c->a, row, "state", at[i].state);
		struct json *paths = json_array_in(&c->a, row, "paths");
		for (size_t k = 0; k < at[i].n; k++)
			json_add(paths, json_new_str(&c->a, at[i].paths[k]));
	}
}

static struct json *status_result(struct server *s, struct call *c, bool *failed)
{
	struct json *result = check_result(s, c, failed), *commands = json_array_in(&c->a, result, "commands");
	struct err err;
	struct config *config = config_load(c->place.root.p, &err);

	*failed = c->children.status[0] != HEAL_OK && c->children.status[0] != HEAL_NO;
	json_set_bool(&c->a, result, "monitored", c->children.status[0] == HEAL_OK);
	json_set_str(&c->a, result, "environment",
		config ? arena_str(&c->a, config_str(config, "environment")) : STR("production"));
	config_free(config);
	for (size_t i = 0; i < s->commands.n; i++)
		json_add(commands, json_new_str(&c->a, s->commands.at[i]));
	waiting_add(s, c, result);
	fixes_add(c, result);
	return result;
}

const struct tool_kind tool_kinds[] = {
	{ "detect", false, false, detect_plan, records_result },
	{ "analyze", false, false, analyze_plan, records_result },
	{ "preview", false, false, preview_plan, records_result },
	{ "apply", true, true, apply_plan, records_result },
	{ "undo", true, false, undo_plan, undo_result },
	{ "history", false, false, history_plan, history_result },
	{ "explain", false, false, explain_plan, explain_result },
	{ "perform_health_check", true, false, check_plan, check_result },
	{ "start_health_monitoring", true, false, start_plan, monitor_result },
	{ "stop_health_monitoring", true, false, stop_plan, monitor_result },
	{ "start_healing_loop", true, false, loop_plan, monitor_result },
	{ "trigger_healing_session", true, true, session_plan, session_result },
	{ "get_healing_status", false, false, status_plan, status_result },
	{ NULL },
};
