/* Prompts: texts with the user's argument as quoted data at the end. */
#include "server.h"

void prompts_list(struct server *s, struct call *c)
{
	struct json *result = json_new(&c->a, JSON_OBJECT), *list = json_array_in(&c->a, result, "prompts");

	if (json_path(c->message, "params.cursor")) {
		answer_error(s, c, RPC_PARAMS, "params.cursor is not valid: the list has one page");
		return;
	}
	JSON_EACH(prompt, json_get(s->table, "prompts")) {
		struct json *row = json_add(list, json_new(&c->a, JSON_OBJECT));
		json_set(&c->a, row, "name", json_copy(&c->a, json_get(prompt, "name")));
		if (c->era >= ERA_2025_06)
			json_set(&c->a, row, "title", json_copy(&c->a, json_get(prompt, "title")));
		json_set(&c->a, row, "description", json_copy(&c->a, json_get(prompt, "description")));
		json_set(&c->a, row, "arguments", json_copy(&c->a, json_get(prompt, "arguments")));
	}
	answer_result(s, c, result, true);
}

static const struct json *prompt_find(const struct server *s, struct str name)
{
	JSON_EACH(prompt, json_get(s->table, "prompts"))
		if (str_eq(json_str(json_get(prompt, "name")), name))
			return prompt;
	return NULL;
}

/* The marks differ each time, so that the data cannot contain the end mark. */
static struct str text_of(struct server *s, struct call *c, const struct json *prompt, struct str data)
{
	struct str mark = arena_printf(&c->a, "data-%zu-%llu", data.n, (unsigned long long)++s->requests);

	while (str_find(data, mark) < data.n)
		mark = arena_printf(&c->a, "%.*sx", STR_ARG(mark));
	return arena_printf(&c->a, "%.*s\n\n<%.*s>\n%.*s\n</%.*s>", STR_ARG(json_str(json_get(prompt, "text"))),
		STR_ARG(mark), STR_ARG(text_for_agent(&c->a, data)), STR_ARG(mark));
}

void prompts_get(struct server *s, struct call *c)
{
	const struct json *params = json_get(c->message, "params");
	const struct json *prompt = prompt_find(s, json_str(json_get(params, "name")));
	struct json *result = json_new(&c->a, JSON_OBJECT);
	struct str name = json_str(json_get(prompt, "data"));
	struct str data = prompt ? json_str(json_get(json_get(params, "arguments"), arena_strdup(&c->a, name))) :
				   STR_NONE;

	if (!prompt || !data.p) {
		answer_error(s, c, RPC_PARAMS,
			prompt ? "the argument '%.*s' is missing" : "there is no such prompt%.*s", STR_ARG(name));
		return;
	}
	json_set(&c->a, result, "description", json_copy(&c->a, json_get(prompt, "description")));
	struct json *m = json_add(json_array_in(&c->a, result, "messages"), json_new(&c->a, JSON_OBJECT));
	json_set_str(&c->a, m, "role", STR("user"));
	struct json *content = json_object_in(&c->a, m, "content");
	json_set_str(&c->a, content, "type", STR("text"));
	json_set_str(&c->a, content, "text", text_of(s, c, prompt, data));
	answer_result(s, c, result, false);
}
