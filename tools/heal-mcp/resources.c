/* Resources: results of tools that only read, under a name. */
#include "server.h"

static void list_answer(struct server *s, struct call *c, const char *what, const char *as, const char *const *members)
{
	struct json *result = json_new(&c->a, JSON_OBJECT), *list = json_array_in(&c->a, result, as);

	if (json_path(c->message, "params.cursor")) {
		answer_error(s, c, RPC_PARAMS, "params.cursor is not valid: the list has one page");
		return;
	}
	JSON_EACH(item, json_get(s->table, what)) {
		struct json *row = json_add(list, json_new(&c->a, JSON_OBJECT));
		for (size_t i = 0; members[i]; i++)
			json_set_str(&c->a, row, members[i], json_str(json_get(item, members[i])));
		json_set_str(&c->a, row, "mimeType", STR("application/json"));
	}
	answer_result(s, c, result, true);
}

void resources_list(struct server *s, struct call *c)
{
	static const char *const members[] = { "uri", "name", "title", "description", NULL };

	list_answer(s, c, "resources", "resources", members);
}

void resources_templates(struct server *s, struct call *c)
{
	static const char *const members[] = { "uriTemplate", "name", "title", "description", NULL };

	list_answer(s, c, "templates", "resourceTemplates", members);
}

void resources_read(struct server *s, struct call *c)
{
	struct str uri = json_str(json_path(c->message, "params.uri"));
	struct json *arguments = json_new(&c->a, JSON_OBJECT);
	const struct json *found = NULL;

	JSON_EACH(item, json_get(s->table, "resources"))
		if (str_eq(uri, json_str(json_get(item, "uri"))))
			found = item;
	JSON_EACH(item, json_get(s->table, "templates")) {
		const char *prefix = arena_strdup(&c->a, json_str(json_get(item, "prefix")));
		if (found || !str_starts(uri, prefix))
			continue;
		found = item;
		json_set_str(&c->a, arguments, arena_strdup(&c->a, json_str(json_get(item, "argument"))),
			str_sub(uri, str_of(prefix).n, uri.n));
	}
	c->uri = str_or_empty(uri);
	if (found)
		tool_call_named(s, c, json_str(json_get(found, "tool")), arguments);
	else
		answer_error(s, c, c->era == ERA_MODERN ? RPC_PARAMS : RPC_NO_RESOURCE, "there is no such resource");
}

void resource_answer(struct server *s, struct call *c, struct json *structured, bool failed)
{
	struct json *result = json_new(&c->a, JSON_OBJECT);
	struct json *shown = result_prune(&c->a, json_get(c->spec, "output"), structured);

	if (failed) {
		answer_tool_error(s, c, "this resource cannot be read: %.*s",
			STR_ARG(json_str(json_at(json_get(shown, "messages"), 0))));
		return;
	}
	struct json *row = json_add(json_array_in(&c->a, result, "contents"), json_new(&c->a, JSON_OBJECT));
	json_set_str(&c->a, row, "uri", c->uri);
	json_set_str(&c->a, row, "mimeType", STR("application/json"));
	json_set_str(&c->a, row, "text", json_text(&c->a, shown));
	answer_result(s, c, result, true);
}
