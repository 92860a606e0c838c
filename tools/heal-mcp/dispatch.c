/* JSON-RPC 2.0, and the methods of both eras of the protocol.
 *
 * A request with the member io.modelcontextprotocol/protocolVersion in its _meta is of the era of 2026-07-28, and is
 * served by itself.  Any other needs an earlier `initialize`. */
#include <stdlib.h>
#include <string.h>

#include "base/proc.h"
#include "redact/redact.h"
#include "server.h"

#define META "io.modelcontextprotocol/"

static const char *const versions[] = { "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28" };
const char *const log_levels[8] = { "emergency", "alert", "critical", "error", "warning", "notice", "info", "debug" };

enum { ID_MAX = 256, INFO = 6 };

static int log_level_of(struct str name)
{
	for (int i = 0; i < 8; i++)
		if (str_is(name, log_levels[i]))
			return i;
	return -1;
}

static enum era era_of(struct str version)
{
	for (int i = 0; i <= ERA_MODERN; i++)
		if (str_is(version, versions[i]))
			return (enum era)i;
	return ERA_NONE;
}

/* ---- answers ---- */

static struct json *envelope(struct arena *a, struct str id)
{
	struct json *m = json_new(a, JSON_OBJECT);

	json_set_str(a, m, "jsonrpc", STR("2.0"));
	if (id.p)
		json_set(a, m, "id", json_parse(a, id, JSON_PLAIN, NULL));
	return m;
}

static void batch_end(struct server *s, struct batch *b)
{
	if (!b || b->open)
		return;
	if (b->some) {
		buf_addc(&b->text, ']');
		transport_send(s, buf_str(&b->text));
	}
	buf_release(&b->text);
	free(b);
}

/* Alone, or with the other answers of its batch. */
static void answer_send(struct server *s, struct call *c, struct json *message)
{
	struct str text = json_text(&c->a, message);

	if (!c->batch) {
		transport_send(s, text);
		return;
	}
	buf_addc(&c->batch->text, c->batch->some ? ',' : '[');
	buf_add(&c->batch->text, text);
	c->batch->some = true;
}

static void answered(struct server *s, struct call *c)
{
	struct batch *b = c->batch;

	c->state = CALL_ENDED;
	c->id = STR_NONE;
	c->batch = NULL;
	if (b) {
		b->open--;
		batch_end(s, b);
	}
}

static struct json *server_info(struct arena *a)
{
	struct json *info = json_new(a, JSON_OBJECT);

	json_set_str(a, info, "name", STR("heal"));
	json_set_str(a, info, "title", STR("heal"));
	json_set_str(a, info, "version", STR(HEAL_VERSION));
	return info;
}

void answer_result(struct server *s, struct call *c, struct json *result, bool cacheable)
{
	struct arena *a = &c->a;

	if (c->id.p && !c->cancelled) {
		struct json *m = envelope(a, c->id);
		if (c->era == ERA_MODERN) {
			if (!json_get(result, "resultType"))
				json_set_str(a, result, "resultType", STR("complete"));
			if (cacheable) {
				json_set_int(a, result, "ttlMs", 0);
				json_set_str(a, result, "cacheScope", STR("private"));
			}
			json_set(a, json_object_in(a, result, "_meta"), META "serverInfo", server_info(a));
		}
		json_set(a, m, "result", result);
		answer_send(s, c, m);
	}
	answered(s, c);
}

static void error_set(struct arena *a, struct json *m, int code, struct str text)
{
	struct json *e = json_object_in(a, m, "error");

	json_set_int(a, e, "code", code);
	json_set_str(a, e, "message", text_for_agent(a, text));
	if (code == RPC_VERSION) {
		struct json *list = json_array_in(a, json_object_in(a, e, "data"), "supported");
		for (int i = ERA_MODERN; i >= 0; i--)
			json_add(list, json_new_str(a, str_of(versions[i])));
	}
}

void answer_error(struct server *s, struct call *c, int code, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	struct str text = arena_vprintf(&c->a, format, ap);
	va_end(ap);
	if (c->id.p && !c->cancelled) {
		struct json *m = envelope(&c->a, c->id);
		error_set(&c->a, m, code, text);
		if (code == RPC_VERSION)
			json_set_str(&c->a, json_path(m, "error.data"), "requested",
				json_str(json_get(json_path(c->message, "params._meta"), META "protocolVersion")));
		answer_send(s, c, m);
	}
	answered(s, c);
}

/* What cannot be attributed to a request. */
static void error_alone(struct server *s, struct batch *b, int code, const char *text)
{
	struct call c = { .batch = b };
	struct json *m = envelope(&c.a, STR("null"));

	error_set(&c.a, m, code, str_of(text));
	answer_send(s, &c, m);
	arena_free(&c.a);
}

/* ---- notifications ---- */

static void notify(struct server *s, const char *method, struct json *params, struct arena *a)
{
	struct json *m = envelope(a, STR_NONE);

	json_set_str(a, m, "method", str_of(method));
	json_set(a, m, "params", params);
	transport_send(s, json_text(a, m));
}

void notify_progress(struct server *s, struct call *c, struct str message)
{
	struct arena a = ARENA_INIT;
	struct json *params = json_new(&a, JSON_OBJECT);

	if (c->progress.p && c->id.p && !c->cancelled) {
		json_set(&a, params, "progressToken", json_parse(&a, c->progress, JSON_PLAIN, NULL));
		json_set_int(&a, params, "progress", (int64_t)++c->progressed);
		if (c->era != ERA_2024)
			json_set_str(&a, params, "message", text_for_agent(&a, redact_text(&a, message, REDACT_PLAIN)));
		notify(s, "notifications/progress", params, &a);
	}
	arena_free(&a);
}

void notify_log(struct server *s, struct call *c, struct str message)
{
	struct arena a = ARENA_INIT;
	struct json *params = json_new(&a, JSON_OBJECT);

	if (c->log_level >= INFO && c->id.p && !c->cancelled) {
		json_set_str(&a, params, "level", str_of(log_levels[INFO]));
		json_set_str(&a, params, "logger", str_of(c->kind ? c->kind->name : "heal-mcp"));
		json_set_str(&a, params, "data", text_for_agent(&a, redact_text(&a, message, REDACT_PLAIN)));
		notify(s, "notifications/message", params, &a);
	}
	arena_free(&a);
}

/* ---- methods ---- */

static void empty(struct server *s, struct call *c)
{
	answer_result(s, c, json_new(&c->a, JSON_OBJECT), false);
}

static struct json *capabilities(struct arena *a, enum era era)
{
	struct json *v = json_new(a, JSON_OBJECT);

	json_object_in(a, v, "tools");
	json_object_in(a, v, "resources");
	json_object_in(a, v, "prompts");
	if (era != ERA_MODERN)
		json_object_in(a, v, "logging");
	return v;
}

static bool can_elicit(const struct json *caps)
{
	const struct json *elicitation = json_get(caps, "elicitation");

	/* {} and {"form": {}} are forms; {"url": {}} alone is not. */
	return elicitation && elicitation->type == JSON_OBJECT &&
		(!elicitation->first || json_get(elicitation, "form"));
}

static void client_name(struct server *s, const struct json *info)
{
	struct str name = json_str(json_get(info, "name"));

	s->client = arena_printf(&s->a, "mcp:%.*s", (int)(name.n > 60 ? 60 : name.n), name.n ? name.p : "unknown");
}

static void initialize(struct server *s, struct call *c)
{
	const struct json *params = json_get(c->message, "params"), *caps = json_get(params, "capabilities");
	struct str wanted = json_str(json_get(params, "protocolVersion"));
	struct json *result = json_new(&c->a, JSON_OBJECT);

	if (!wanted.n) {
		answer_error(s, c, RPC_PARAMS, "params.protocolVersion is missing");
		return;
	}
	enum era era = era_of(wanted);
	if (era >= ERA_MODERN)
		era = ERA_2025_11;
	s->legacy = (struct legacy){ .initialized = true,
		.era = era,
		.may_ask = era >= ERA_2025_06 && can_elicit(caps),
		.has_roots = json_get(caps, "roots") != NULL,
		.log_level = -1 };
	client_name(s, json_get(params, "clientInfo"));
	json_set_str(&c->a, result, "protocolVersion", str_of(versions[era]));
	json_set(&c->a, result, "capabilities", capabilities(&c->a, era));
	json_set(&c->a, result, "serverInfo", server_info(&c->a));
	json_set_str(&c->a, result, "instructions", json_str(json_get(s->table, "instructions")));
	answer_result(s, c, result, false);
}

static void discover(struct server *s, struct call *c)
{
	struct json *result = json_new(&c->a, JSON_OBJECT), *list = json_array_in(&c->a, result, "supportedVersions");

	for (int i = ERA_MODERN; i >= 0; i--)
		json_add(list, json_new_str(&c->a, str_of(versions[i])));
	json_set(&c->a, result, "capabilities", capabilities(&c->a, ERA_MODERN));
	json_set_str(&c->a, result, "instructions", json_str(json_get(s->table, "instructions")));
	answer_result(s, c, result, true);
}

static void set_level(struct server *s, struct call *c)
{
	int level = log_level_of(json_str(json_path(c->message, "params.level")));

	if (level < 0) {
		answer_error(s, c, RPC_PARAMS, "params.level is not a log level");
		return;
	}
	s->legacy.log_level = level;
	empty(s, c);
}

static const struct method {
	const char *name;
	bool legacy, modern;
	void (*run)(struct server *s, struct call *c);
} methods[] = {
	{ "initialize", true, false, initialize },
	{ "server/discover", false, true, discover },
	{ "ping", true, false, empty },
	{ "logging/setLevel", true, false, set_level },
	{ "tools/list", true, true, tools_list },
	{ "tools/call", true, true, tool_call },
	{ "resources/list", true, true, resources_list },
	{ "resources/templates/list", true, true, resources_templates },
	{ "resources/read", true, true, resources_read },
	{ "prompts/list", true, true, prompts_list },
	{ "prompts/get", true, true, prompts_get },
};

/* ---- requests ---- */

/* A text, or an integer that no parser rounds. */
static bool id_is_valid(const struct json *id)
{
	int64_t n;

	if (id->type == JSON_STRING)
		return id->text.n <= ID_MAX;
	if (id->type != JSON_NUMBER)
		return false;
	struct str digits = id->text.n && id->text.p[0] == '-' ? str_sub(id->text, 1, id->text.n) : id->text;
	return digits.n <= 15 && str_number(digits, &n);
}

/* false: answered with an error. */
static bool era_take(struct server *s, struct call *c, const struct json *meta, const struct method *m)
{
	struct str version = json_str(json_get(meta, META "protocolVersion"));
	const struct json *caps = json_get(meta, META "clientCapabilities");

	if (!json_get(meta, META "protocolVersion") || (m && m->run == initialize)) {
		c->era = s->legacy.initialized ? s->legacy.era : ERA_2025_11;
		c->may_ask = s->legacy.may_ask;
		c->log_level = s->legacy.log_level;
		if (s->legacy.initialized || !m || m->run == initialize || m->run == empty)
			return true;
		answer_error(s, c, RPC_PARAMS,
			"begin with initialize, or name the protocol version in params._meta[\"" META
			"protocolVersion\"]");
		return false;
	}
	c->era = ERA_MODERN;
	c->log_level = log_level_of(json_str(json_get(meta, META "logLevel")));
	if (!version.p || !caps || caps->type != JSON_OBJECT)
		answer_error(s, c, RPC_PARAMS, "params._meta must have a %s",
			version.p ? META "clientCapabilities" : "text as " META "protocolVersion");
	else if (era_of(version) != ERA_MODERN)
		answer_error(s, c, RPC_VERSION, "this protocol version is not supported");
	else {
		c->may_ask = can_elicit(caps);
		client_name(s, json_get(meta, META "clientInfo"));
		return true;
	}
	return false;
}

static const struct method *method_find(struct str name)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (str_is(name, methods[i].name))
			return &methods[i];
	return NULL;
}

static void request(struct server *s, struct call *c)
{
	const struct json *params = json_get(c->message, "params"), *meta = json_get(params, "_meta");
	const struct json *token = json_get(meta, "progressToken");
	struct str name = json_str(json_get(c->message, "method"));
	const struct method *m = method_find(name);

	if (params && params->type != JSON_OBJECT) {
		answer_error(s, c, RPC_PARAMS, "params must be an object");
		return;
	}
	if (!era_take(s, c, meta, m))
		return;
	if (token && id_is_valid(token))
		c->progress = json_text(&c->a, token);
	if (!m || !(c->era == ERA_MODERN ? m->modern : m->legacy))
		answer_error(
			s, c, RPC_NO_METHOD, "there is no method '%.*s'", (int)(name.n > 100 ? 100 : name.n), name.p);
	else if (c->batch && m->run == initialize)
		answer_error(s, c, RPC_INVALID, "initialize must not be part of a batch");
	else
		m->run(s, c);
}

/* ---- notifications of the client ---- */

static void roots_ask(struct server *s)
{
	struct arena a = ARENA_INIT;
	struct str id = arena_printf(&s->a, "heal-roots-%llu", (unsigned long long)++s->requests);
	struct json *m = envelope(&a, arena_printf(&a, "\"%s\"", id.p));

	s->roots_id = id;
	json_set_str(&a, m, "method", STR("roots/list"));
	transport_send(s, json_text(&a, m));
	arena_free(&a);
}

static void notification(struct server *s, const struct json *m)
{
	struct str name = json_str(json_get(m, "method"));
	struct arena a = ARENA_INIT;

	if (str_is(name, "notifications/cancelled")) {
		const struct json *id = json_path(m, "params.requestId");
		struct call *c = id && id_is_valid(id) ? call_by_id(s, json_text(&a, id)) : NULL;
		if (c)
			call_cancel(s, c);
	} else if (s->legacy.initialized && s->legacy.has_roots &&
		(str_is(name, "notifications/initialized") || str_is(name, "notifications/roots/list_changed"))) {
		roots_ask(s);
	}
	arena_free(&a);
}

static void response(struct server *s, const struct json *m)
{
	if (s->roots_id.p && str_eq(json_str(json_get(m, "id")), s->roots_id)) {
		s->roots_id = STR_NONE;
		folders_narrow(&s->folders, json_get(m, "result"));
	} else {
		elicit_answered(s, m);
	}
}

/* ---- a message ---- */

static void message(struct server *s, struct json *m, struct batch *b)
{
	const struct json *id = json_get(m, "id"), *method = json_get(m, "method");
	struct arena a = ARENA_INIT;

	if (m->type != JSON_OBJECT || !str_is(json_str(json_get(m, "jsonrpc")), "2.0") ||
		(method && method->type != JSON_STRING) || (id && !id_is_valid(id)) ||
		(!method && !json_get(m, "result") && !json_get(m, "error"))) {
		error_alone(s, b, RPC_INVALID, "not a JSON-RPC 2.0 message with a text or an integer as its id");
	} else if (!method) {
		response(s, m);
	} else if (!id) {
		notification(s, m);
	} else if (call_by_id(s, json_text(&a, id))) {
		error_alone(s, b, RPC_INVALID, "a request with this id is under way");
	} else {
		struct call *c = calloc(1, sizeof(*c));
		if (!c)
			out_of_memory();
		c->children = (struct children){ .in = -1, .out = -1, .err = -1, .ask = -1 };
		c->scratch = TEMPORARY_FOLDER_NONE;
		c->place.dir = -1;
		c->log_level = -1;
		c->message = json_copy(&c->a, m);
		c->id = json_text(&c->a, id);
		c->begun = seconds_now();
		c->batch = b;
		if (b)
			b->open++;
		struct call **last = &s->calls;
		while (*last)
			last = &(*last)->next;
		*last = c;
		s->calls_n++;
		request(s, c);
	}
	arena_free(&a);
}

static void messages(struct server *s, struct json *list)
{
	struct batch *b = calloc(1, sizeof(*b));

	if (!b)
		out_of_memory();
	buf_init(&b->text, LINE_MAX_BYTES);
	b->open = 1; /* until all are read */
	JSON_EACH(m, list)
		message(s, m, b);
	b->open--;
	batch_end(s, b);
}

void dispatch_line(struct server *s, struct str line)
{
	enum { BATCH_MAX = 20 };
	struct arena a = ARENA_INIT;
	struct err err = { HEAL_OK, "" };

	if (line.n) {
		struct json *m = json_parse(&a, line, JSON_PLAIN, &err);
		bool batches = s->legacy.initialized && s->legacy.era <= ERA_2025_03;
		if (!m)
			error_alone(s, NULL, RPC_PARSE, err.text);
		else if (m->type == JSON_ARRAY && batches && m->first && json_count(m) <= BATCH_MAX)
			messages(s, m);
		else
			message(s, m, NULL);
	}
	arena_free(&a);
}

void dispatch_too_long(struct server *s)
{
	error_alone(s, NULL, RPC_PARSE, "the line is longer than 8 MiB");
}
