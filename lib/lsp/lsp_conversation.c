#include "lsp/lsp_conversation.h"

#include "base/path.h"
#include "lsp/lsp_frame.h"
#include "record/json.h"

enum { IN_MAX = 64 << 20, NEAR_LINES = 1, ACTIONS_MOST = 40 };

enum answer_to { TO_INITIALIZE = 1, TO_ACTIONS, TO_COMMAND, TO_SHUTDOWN };

/* A request that waits for its answer. */
struct request {
	int64_t id;
	enum answer_to what;
	size_t place;
};

/* A command of the server that has to be executed to get its edit. */
struct offered {
	size_t place;
	struct str title;
	const struct json *command;
};

struct lsp_conversation {
	struct arena *a;
	const struct lsp_question *q;
	struct lsp_answer *out;
	struct buf in;
	struct buf *say;
	int64_t last_id;
	VEC(struct request) waiting;
	VEC(struct offered) offered;
	size_t executed; /* of them; the last one is being executed if `executing` */
	bool executing;
	bool *asked; /* of each place */
	bool stopping, broken, begun;
};

/* ---- messages to the server ---- */

static void send(struct lsp_conversation *c, struct json *message)
{
	json_set_str(c->a, message, "jsonrpc", STR("2.0"));
	lsp_frame_add(c->say, json_text(c->a, message));
}

static struct json *object(struct lsp_conversation *c)
{
	return json_new(c->a, JSON_OBJECT);
}

static void notify(struct lsp_conversation *c, const char *method, struct json *params)
{
	struct json *m = object(c);

	json_set_str(c->a, m, "method", str_of(method));
	json_set(c->a, m, "params", params);
	send(c, m);
}

static void request(
	struct lsp_conversation *c, enum answer_to what, size_t place, const char *method, struct json *params)
{
	struct json *m = object(c);

	*VEC_ADD(c->a, &c->waiting) = (struct request){ ++c->last_id, what, place };
	json_set_int(c->a, m, "id", c->last_id);
	json_set_str(c->a, m, "method", str_of(method));
	if (params)
		json_set(c->a, m, "params", params);
	send(c, m);
}

static const char capabilities[] =
	"{\"general\":{\"positionEncodings\":[\"utf-8\",\"utf-16\"]},\"offsetEncoding\":[\"utf-8\",\"utf-16\"],"
	"\"workspace\":{\"applyEdit\":true,\"workspaceEdit\":{\"documentChanges\":true}},"
	"\"textDocument\":{\"synchronization\":{},\"publishDiagnostics\":{\"versionSupport\":false},"
	"\"codeAction\":{\"codeActionLiteralSupport\":{\"codeActionKind\":{\"valueSet\":[\"quickfix\"]}},"
	"\"isPreferredSupport\":true,\"disabledSupport\":true}}}";

static void say_initialize(struct lsp_conversation *c)
{
	struct json *params = object(c), *folder = object(c), *folders = json_new(c->a, JSON_ARRAY);
	struct str uri = lsp_uri(c->a, c->q->root);

	json_set(c->a, params, "processId", json_new(c->a, JSON_NULL));
	json_set_str(c->a, params, "rootUri", uri);
	json_set_str(c->a, folder, "uri", uri);
	json_set_str(c->a, folder, "name", path_base(c->q->root));
	json_add(folders, folder);
	json_set(c->a, params, "workspaceFolders", folders);
	json_set(c->a, params, "capabilities", json_parse(c->a, str_of(capabilities), JSON_PLAIN, NULL));
	request(c, TO_INITIALIZE, 0, "initialize", params);
}

static struct str uri_of(struct lsp_conversation *c, struct str file)
{
	return lsp_uri(c->a, path_join(c->a, c->q->root, file));
}

static void open_file(struct lsp_conversation *c, const struct lsp_place *place)
{
	struct json *params = object(c), *document = object(c);

	json_set_str(c->a, document, "uri", uri_of(c, place->file));
	json_set_str(c->a, document, "languageId", c->q->language);
	json_set_int(c->a, document, "version", 1);
	json_set_str(c->a, document, "text", place->text);
	json_set(c->a, params, "textDocument", document);
	notify(c, "textDocument/didOpen", params);
}

static void open_files(struct lsp_conversation *c)
{
	for (size_t i = 0; i < c->q->places_n; i++) {
		bool is_open = false;
		for (size_t k = 0; k < i; k++)
			is_open |= str_eq(c->q->places[k].file, c->q->places[i].file);
		if (!is_open)
			open_file(c, &c->q->places[i]);
	}
}

static struct json *position(struct lsp_conversation *c, int64_t line)
{
	struct json *p = object(c);

	json_set_int(c->a, p, "line", line);
	json_set_int(c->a, p, "character", 0);
	return p;
}

/* diagnostics: those of the place; empty: the line itself is asked about. */
static void ask_actions(struct lsp_conversation *c, size_t place, struct json *diagnostics)
{
	struct json *params = object(c), *document = object(c), *context = object(c), *range,
		    *only = json_new(c->a, JSON_ARRAY);
	const struct json *first = json_path(diagnostics, "0.range");

	if (first) {
		range = json_copy(c->a, first);
	} else {
		range = object(c);
		json_set(c->a, range, "start", position(c, c->q->places[place].line - 1));
		json_set(c->a, range, "end", position(c, c->q->places[place].line));
	}
	json_set_str(c->a, document, "uri", uri_of(c, c->q->places[place].file));
	json_add(only, json_new_str(c->a, STR("quickfix")));
	json_set(c->a, context, "diagnostics", diagnostics);
	json_set(c->a, context, "only", only);
	json_set(c->a, params, "textDocument", document);
	json_set(c->a, params, "range", range);
	json_set(c->a, params, "context", context);
	request(c, TO_ACTIONS, place, "textDocument/codeAction", params);
}

/* ---- what it offers ---- */

static bool take_text_edits(
	struct lsp_conversation *c, struct str uri, const struct json *list, struct lsp_action *action)
{
	struct str path = lsp_path(c->a, uri),
		   file = path.p ? path_below(path_normal(c->a, path), c->q->root) : STR_NONE;

	if (!file.n || str_is(file, "."))
		return false;
	JSON_EACH(one, list) {
		struct lsp_edit e = { .file = file,
			.line = json_int(json_path(one, "range.start.line"), -1),
			.column = json_int(json_path(one, "range.start.character"), -1),
			.end_line = json_int(json_path(one, "range.end.line"), -1),
			.end_column = json_int(json_path(one, "range.end.character"), -1),
			.text = json_str(json_get(one, "newText")) };
		if (e.line < 0 || e.column < 0 || e.end_line < e.line || e.end_column < 0 || !e.text.p)
			return false;
		*VEC_ADD(c->a, &action->edits) = e;
	}
	return true;
}

static bool take_edit(struct lsp_conversation *c, const struct json *edit, struct lsp_action *action)
{
	bool ok = true;

	JSON_EACH(file, json_get(edit, "changes"))
		ok = ok && take_text_edits(c, file->key, file, action);
	/* The same as `changes`, where there are both. */
	if (!json_get(edit, "documentChanges") || action->edits.n)
		return ok && action->edits.n;
	JSON_EACH(file, json_get(edit, "documentChanges"))
		/* Files are not made, renamed or deleted. */
		ok = ok && !json_get(file, "kind") &&
			take_text_edits(
				c, json_str(json_path(file, "textDocument.uri")), json_get(file, "edits"), action);
	return ok && action->edits.n;
}

static void take_action(struct lsp_conversation *c, size_t place, struct str title, const struct json *edit)
{
	struct lsp_action action = { .place = place, .title = title };

	if (c->out->actions.n < ACTIONS_MOST && take_edit(c, edit, &action))
		*VEC_ADD(c->a, &c->out->actions) = action;
}

static void take_offers(struct lsp_conversation *c, size_t place, const struct json *list)
{
	JSON_EACH(one, list) {
		const struct json *command = json_get(one, "command");
		struct str title = json_str(json_get(one, "title"));
		if (json_get(one, "disabled"))
			continue;
		/* A command stands for itself, or is a member of an action. */
		command = json_str(command).p ? one : command;
		if (json_get(one, "edit"))
			take_action(c, place, title, json_get(one, "edit"));
		else if (str_among(c->q->commands, c->q->commands_n, json_str(json_get(command, "command"))))
			*VEC_ADD(c->a, &c->offered) = (struct offered){ place, title, command };
	}
}

static void execute_next(struct lsp_conversation *c)
{
	struct json *params = object(c);
	const struct offered *o = &c->offered.at[c->executed++];

	json_set_str(c->a, params, "command", json_str(json_get(o->command, "command")));
	if (json_get(o->command, "arguments"))
		json_set(c->a, params, "arguments", json_copy(c->a, json_get(o->command, "arguments")));
	c->executing = true;
	request(c, TO_COMMAND, o->place, "workspace/executeCommand", params);
}

/* ---- messages from the server ---- */

static bool concerns(const struct json *diagnostic, int64_t line)
{
	int64_t first = json_int(json_path(diagnostic, "range.start.line"), -1),
		last = json_int(json_path(diagnostic, "range.end.line"), -1);

	return line >= first - NEAR_LINES && line <= last + NEAR_LINES;
}

/* What the line itself has; if nothing, what the lines beside it have, because tools count the place differently. */
static struct json *diagnostics_at(struct lsp_conversation *c, const struct json *all, int64_t line)
{
	struct json *exact = json_new(c->a, JSON_ARRAY), *near = json_new(c->a, JSON_ARRAY);

	JSON_EACH(one, all) {
		int64_t severity = json_int(json_get(one, "severity"), 1);
		if (severity > 2 || !concerns(one, line))
			continue;
		json_add(json_int(json_path(one, "range.start.line"), -1) == line ? exact : near, json_copy(c->a, one));
	}
	return exact->first ? exact : near;
}

static void hear_diagnostics(struct lsp_conversation *c, const struct json *params)
{
	struct str uri = json_str(json_get(params, "uri")), path = lsp_path(c->a, uri);

	for (size_t i = 0; i < c->q->places_n; i++) {
		const struct lsp_place *p = &c->q->places[i];
		if (c->asked[i] || !str_eq(path, path_join(c->a, c->q->root, p->file)))
			continue;
		struct json *here = diagnostics_at(c, json_get(params, "diagnostics"), p->line - 1);
		if (!here->first && c->q->in_parts)
			continue;
		c->asked[i] = true;
		ask_actions(c, i, here);
	}
}

/* A request of the server.  It gets no settings. */
static void hear_request(struct lsp_conversation *c, const struct json *m, struct str method)
{
	struct json *answer = object(c), *result = NULL;

	if (str_is(method, "workspace/configuration")) {
		result = json_new(c->a, JSON_ARRAY);
		JSON_EACH(item, json_path(m, "params.items"))
			json_add(result, json_new(c->a, JSON_NULL));
	} else if (str_is(method, "workspace/applyEdit")) {
		if (c->executing) {
			const struct offered *o = &c->offered.at[c->executed - 1];
			take_action(c, o->place, o->title, json_path(m, "params.edit"));
		}
		result = object(c);
		json_set_bool(c->a, result, "applied", true);
	}
	json_set(c->a, answer, "id", json_copy(c->a, json_get(m, "id")));
	json_set(c->a, answer, "result", result ? result : json_new(c->a, JSON_NULL));
	send(c, answer);
}

static void hear_initialized(struct lsp_conversation *c, const struct json *result)
{
	struct str unit = json_str(json_path(result, "capabilities.positionEncoding")),
		   older = json_str(json_get(result, "offsetEncoding"));

	c->out->unit = str_is(unit.n ? unit : older, "utf-8") ? UNIT_BYTES : UNIT_UTF16;
	notify(c, "initialized", object(c));
	open_files(c);
}

static void hear_answer(struct lsp_conversation *c, const struct json *m)
{
	int64_t id = json_int(json_get(m, "id"), -1);
	struct request r = { 0 };

	for (size_t i = 0; i < c->waiting.n && !r.what; i++)
		if (c->waiting.at[i].id == id) {
			r = c->waiting.at[i];
			c->waiting.at[i] = c->waiting.at[--c->waiting.n];
		}
	switch (r.what) {
	case TO_INITIALIZE:
		c->broken |= !json_get(m, "result");
		if (!c->broken)
			hear_initialized(c, json_get(m, "result"));
		break;
	case TO_ACTIONS:
		take_offers(c, r.place, json_get(m, "result"));
		break;
	case TO_COMMAND:
		c->executing = false;
		break;
	case TO_SHUTDOWN:
		break;
	}
}

static void hear_message(struct lsp_conversation *c, const struct json *m)
{
	struct str method = json_str(json_get(m, "method"));

	if (!method.n)
		hear_answer(c, m);
	else if (json_get(m, "id"))
		hear_request(c, m, method);
	else if (str_is(method, "textDocument/publishDiagnostics"))
		hear_diagnostics(c, json_get(m, "params"));
}

/* ---- the conversation ---- */

static bool all_asked(const struct lsp_conversation *c)
{
	for (size_t i = 0; i < c->q->places_n; i++)
		if (!c->asked[i])
			return false;
	return true;
}

/* What is next if nothing is waited for; false: the conversation is over. */
static bool go_on(struct lsp_conversation *c)
{
	if (c->broken || (c->stopping && !c->waiting.n)) {
		notify(c, "exit", object(c));
		return false;
	}
	if (c->waiting.n || !all_asked(c))
		return true;
	if (c->executed < c->offered.n) {
		execute_next(c);
	} else {
		c->stopping = true;
		request(c, TO_SHUTDOWN, 0, "shutdown", NULL);
	}
	return true;
}

bool lsp_conversation_hear(struct lsp_conversation *c, struct str piece, struct buf *say)
{
	enum lsp_framed got = LSP_MORE;
	struct str body;

	c->say = say;
	if (!c->begun) {
		c->begun = true;
		say_initialize(c);
		return true;
	}
	buf_add(&c->in, piece);
	while (!c->broken && (got = lsp_frame_take(c->a, &c->in, &body)) == LSP_MESSAGE) {
		struct json *m = json_parse(c->a, body, JSON_BYTES, NULL);
		c->broken |= !m || m->type != JSON_OBJECT;
		if (!c->broken)
			hear_message(c, m);
	}
	c->broken |= got == LSP_BROKEN || c->in.truncated;
	return go_on(c);
}

enum lsp_state lsp_conversation_state(const struct lsp_conversation *c)
{
	return c->broken ? LSP_BROKE_PROTOCOL : c->stopping ? LSP_COMPLETE : LSP_GOING_ON;
}

struct lsp_conversation *lsp_conversation_new(struct arena *a, const struct lsp_question *q, struct lsp_answer *out)
{
	struct lsp_conversation *c = ARENA_NEW(a, struct lsp_conversation);

	*c = (struct lsp_conversation){ .a = a, .q = q, .out = out };
	*out = (struct lsp_answer){ .unit = UNIT_UTF16 };
	c->asked = arena_alloc(a, q->places_n * sizeof(*c->asked) + 1);
	memset(c->asked, 0, q->places_n * sizeof(*c->asked));
	buf_init(&c->in, IN_MAX);
	return c;
}

void lsp_conversation_free(struct lsp_conversation *c)
{
	buf_release(&c->in);
}
