/* tools/list and tools/call, and the calls that are under way. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/proc.h"
#include "server.h"

enum { PROGRESS_SECONDS = 5 };

/* ---- the list ---- */

static const struct json *tools_of(const struct server *s)
{
	return json_get(s->table, "tools");
}

/* An agent sees which commands it may name. */
static void commands_name(struct server *s, struct json *tool)
{
	struct json *command = json_path(tool, "input.properties.command");

	if (!command || s->any_command || !s->commands.n)
		return;
	struct json *list = json_array_in(&s->a, command, "enum");
	for (size_t i = 0; i < s->commands.n; i++)
		json_add(list, json_new_str(&s->a, s->commands.at[i]));
}

void tools_begin(struct server *s)
{
	size_t n = json_count(tools_of(s)), i = 0;
	struct err err;

	s->inputs = arena_alloc(&s->a, n * sizeof(*s->inputs));
	s->buckets = arena_alloc(&s->a, n * sizeof(*s->buckets));
	JSON_EACH(tool, tools_of(s)) {
		commands_name(s, tool);
		if (!(s->inputs[i++] = json_schema_new(&s->a, json_get(tool, "input"), &err)))
			die(HEAL_BROKEN, "a tool's schema: %s", err.text);
	}
}

static void copy_member(struct arena *a, struct json *to, const char *name, const struct json *from, const char *as)
{
	const struct json *v = json_get(from, as);

	if (v)
		json_set(a, to, name, json_copy(a, v));
}

void tools_list(struct server *s, struct call *c)
{
	struct json *result = json_new(&c->a, JSON_OBJECT), *list = json_array_in(&c->a, result, "tools");

	if (json_path(c->message, "params.cursor")) {
		answer_error(s, c, RPC_PARAMS, "params.cursor is not valid: the list has one page");
		return;
	}
	JSON_EACH(tool, tools_of(s)) {
		struct json *row = json_add(list, json_new(&c->a, JSON_OBJECT));
		copy_member(&c->a, row, "name", tool, "name");
		copy_member(&c->a, row, "description", tool, "description");
		copy_member(&c->a, row, "inputSchema", tool, "input");
		if (c->era >= ERA_2025_03)
			copy_member(&c->a, row, "annotations", tool, "annotations");
		if (c->era >= ERA_2025_06) {
			copy_member(&c->a, row, "title", tool, "title");
			copy_member(&c->a, row, "outputSchema", tool, "output");
		}
	}
	answer_result(s, c, result, true);
}

/* ---- a call ---- */

static const struct tool_kind *kind_of(struct str name)
{
	const struct tool_kind *k = tool_kinds;

	while (k->name && !str_is(name, k->name))
		k++;
	return k->name ? k : NULL;
}

static void call_begin(struct server *s, struct call *c, size_t number)
{
	struct err err = { HEAL_OK, "" };
	double wait = 0;

	if (!limit_permits(s, number, c->kind->writes, &wait))
		answer_tool_error(
			s, c, "too many calls of %s; try again in %.0f s (setting mcp.calls)", c->kind->name, wait);
	else if (!json_schema_fits(s->inputs[number], c->arguments, "arguments", &err))
		answer_tool_error(s, c, "%s", err.text);
	else if (!place_find(&c->a, &s->folders, json_str(json_get(c->arguments, "folder")), &c->place, &err))
		answer_tool_error(s, c, "%s", err.text);
	else {
		c->pipeline.ask_stage = -1;
		c->pipeline.dir = c->place.dir;
		if (!c->kind->plan(s, c, &err))
			answer_tool_error(s, c, "%s", err.text);
	}
}

void tool_call_named(struct server *s, struct call *c, struct str name, struct json *arguments)
{
	size_t number = 0;

	c->kind = kind_of(name);
	JSON_EACH(tool, tools_of(s)) {
		if (c->kind && str_eq(json_str(json_get(tool, "name")), name)) {
			c->spec = tool;
			c->arguments = arguments;
			call_begin(s, c, number);
			return;
		}
		number++;
	}
	answer_error(
		s, c, RPC_PARAMS, "there is no tool '%.*s'", (int)(name.n > 100 ? 100 : name.n), name.n ? name.p : "");
}

void tool_call(struct server *s, struct call *c)
{
	struct json *params = json_get(c->message, "params"), *arguments = json_get(params, "arguments");

	if (c->era == ERA_MODERN && json_get(params, "requestState")) {
		if (!elicit_resumed(s, c))
			answer_error(s, c, RPC_PARAMS, "params.requestState is not of a call that waits");
		return;
	}
	tool_call_named(s, c, json_str(json_get(params, "name")), arguments ? arguments : json_new(&c->a, JSON_OBJECT));
}

struct call *call_by_id(struct server *s, struct str id)
{
	for (struct call *c = s->calls; c; c = c->next)
		if (c->id.p && c->state != CALL_ENDED && str_eq(c->id, id))
			return c;
	return NULL;
}

void call_cancel(struct server *s, struct call *c)
{
	(void)s;
	c->cancelled = true;
	if (c->state == CALL_WAITS)
		c->state = CALL_ENDED;
	else if (c->state != CALL_ENDED)
		children_stop(&c->children);
}

void call_free(struct server *s, struct call *c)
{
	if (c->batch) { /* cancelled: no answer of it will come */
		c->cancelled = true;
		answer_error(s, c, RPC_INTERNAL, "cancelled");
	}
	if (c->place.dir >= 0)
		close(c->place.dir);
	children_release(&c->children);
	temporary_folder_remove(&c->scratch);
	arena_free(&c->a);
	free(c);
}

/* ---- calls under way ---- */

/* Those that wait for the user do not keep others from running. */
size_t calls_in(const struct server *s, enum call_state state)
{
	size_t n = 0;

	for (const struct call *c = s->calls; c; c = c->next)
		n += c->state == state;
	return n;
}

static void start(struct server *s, struct call *c)
{
	struct err err;

	if (calls_in(s, CALL_RUNS) >= RUNNING_MAX)
		return;
	if (!children_start(&c->a, &c->children, &c->pipeline, &err)) {
		c->children = (struct children){ .in = -1, .out = -1, .err = -1, .ask = -1 };
		answer_tool_error(s, c, "%s; try again later", err.text);
		return;
	}
	c->state = CALL_RUNS;
}

/* Pass on what the programs say, line by line, and that they still run. */
static void tell(struct server *s, struct call *c)
{
	struct str rest = str_sub(buf_str(&c->children.errors), c->lines_told, c->children.errors.n), line;
	size_t end;

	while ((end = str_chr(rest, '\n')) < rest.n) {
		line = str_sub(rest, 0, end);
		c->lines_told += end + 1;
		rest = str_sub(rest, end + 1, rest.n);
		notify_progress(s, c, line);
		notify_log(s, c, line);
	}
	double runs = seconds_now() - c->begun;
	if (runs > PROGRESS_SECONDS * (double)(c->progressed + 1)) {
		char text[64];
		snprintf(text, sizeof(text), "running for %.0f s", runs);
		notify_progress(s, c, str_of(text));
	}
}

static void finish(struct server *s, struct call *c)
{
	bool failed = false;

	if (c->cancelled) {
		c->state = CALL_ENDED;
		return;
	}
	struct json *structured = c->kind->result(s, c, &failed);
	if (c->uri.p)
		resource_answer(s, c, structured, failed);
	else
		answer_structured(s, c, structured, failed);
}

static void work(struct server *s, struct call *c)
{
	bool ended = children_work(&c->children);

	tell(s, c);
	if (ended)
		finish(s, c);
	else if (c->state == CALL_ASKS && seconds_now() > c->ask_until)
		elicit_deny(c);
	else if (c->state == CALL_RUNS && str_chr(buf_str(&c->children.question), '\n') < c->children.question.n)
		elicit_begin(s, c);
}

void calls_work(struct server *s)
{
	for (struct call **at = &s->calls; *at;) {
		struct call *c = *at;
		if (c->state == CALL_WAITS)
			start(s, c);
		else if (c->state != CALL_ENDED)
			work(s, c);
		if (c->state != CALL_ENDED) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		s->calls_n--;
		call_free(s, c);
	}
}
