#include "llm/provider.h"

#include "base/vec.h"

static struct node member(const struct provider *p, const char *name)
{
	struct node own = node_get(p->row, name);

	return node_kind(own) != NODE_NONE ? own : node_get(p->like, name);
}

bool provider_find(
	struct arena *a, const struct pack *pack, const struct config *c, struct provider *out, struct err *err)
{
	struct node rows = pack_table(pack, "llm-providers");
	struct str url = config_str(c, "llm.url");

	*out = (struct provider){ .name = config_str(c, "llm.provider") };
	if (!out->name.n || str_is(out->name, "none"))
		return err_set(err, HEAL_WRONG, "no language model is set: llm.provider (heal-config(5))");
	out->row = node_get_str(rows, out->name);
	out->like = node_get_str(rows, node_str(node_get(out->row, "like")));
	if (node_kind(out->row) != NODE_MAP)
		return err_set(err, HEAL_WRONG, "llm.provider: '%.*s' is not known (%s)", STR_ARG(out->name),
			config_origin(c, "llm.provider"));
	if (!url.n)
		url = node_str(member(out, "url"));
	while (url.n && url.p[url.n - 1] == '/')
		url.n--;
	if (!url.n)
		return err_set(err, HEAL_WRONG, "llm.provider %.*s requires llm.url", STR_ARG(out->name));
	if (str_has_control(url))
		return err_set(err, HEAL_WRONG, "llm.url has control characters (%s)", config_origin(c, "llm.url"));
	struct str path = node_str(member(out, "path"));
	/* A URL that already has the first part of the path, as many are written: ".../v1". */
	struct str first = str_sub(path, 0, 1 + str_chr(str_sub(path, 1, path.n), '/'));
	if (first.n > 1 && first.n < path.n && str_ends(url, arena_strdup(a, first)))
		path = str_sub(path, first.n, path.n);
	out->url = arena_join(a, url, path);
	return true;
}

/* ---- the request ---- */

/* Remove limits that a provider's own check of a schema does not know; they are checked here. */
static void limits_remove(struct json *schema, struct node names)
{
	struct json *next;

	for (struct json *m = schema->first; m; m = next) {
		next = m->next;
		if (m->type == JSON_NUMBER && node_list_has(names, m->key))
			json_remove(schema, m->key.p);
		else
			limits_remove(m, names);
	}
	schema->raw = STR_NONE;
}

struct filling {
	struct arena *a;
	const struct provider *p;
	const struct question *q;
	struct err *err;
};

static struct json *schema_value(const struct filling *f)
{
	struct json *schema = json_parse(f->a, f->q->schema, JSON_PLAIN, f->err);

	/* A copy, whose names end with NUL. */
	schema = schema ? json_copy(f->a, schema) : NULL;
	if (schema)
		limits_remove(schema, member(f->p, "omit"));
	return schema;
}

/* The value of a slot; NULL: it has none. */
static struct json *slot_value(const struct filling *f, struct str slot)
{
	struct arena *a = f->a;
	const struct question *q = f->q;

	if (str_is(slot, "{model}"))
		return json_new_str(a, q->model);
	if (str_is(slot, "{name}"))
		return json_new_str(a, q->name);
	if (str_is(slot, "{instructions}"))
		return json_new_str(a, q->instructions);
	if (str_is(slot, "{prompt}"))
		return json_new_str(a, q->prompt);
	if (str_is(slot, "{tokens}"))
		return json_new_int(a, q->tokens);
	if (str_is(slot, "{temperature}"))
		return q->temperature >= 0 ? json_new_double(a, q->temperature) : NULL;
	if (str_is(slot, "{schema}"))
		return schema_value(f);
	return json_new_str(a, slot);
}

/* A copy of the template in which the slots have their values. */
static struct json *fill(const struct filling *f, const struct json *from)
{
	struct json *to;
	struct arena *a = f->a;

	if (from->type == JSON_STRING)
		return slot_value(f, from->text);
	if (from->type != JSON_OBJECT && from->type != JSON_ARRAY)
		return json_copy(a, from);
	to = json_new(a, from->type);
	JSON_EACH(item, from) {
		struct json *value = fill(f, item);
		if (value && from->type == JSON_OBJECT)
			json_set(a, to, arena_strdup(a, item->key), value);
		else if (value)
			json_add(to, value);
	}
	return to;
}

struct str provider_request(struct arena *a, const struct provider *p, const struct question *q, struct err *err)
{
	struct json *form = json_parse(a, node_str(member(p, "request")), JSON_PLAIN, err);

	if (!form || !json_parse(a, q->schema, JSON_PLAIN, err))
		return STR_NONE;
	return json_text(a, fill(&(struct filling){ a, p, q, err }, form));
}

struct str provider_headers(struct arena *a, const struct provider *p, struct str key)
{
	struct node list = member(p, "headers");
	struct str all = STR("Content-Type: application/json\nAccept: text/event-stream, application/json\nExpect:\n");

	for (uint32_t i = 0; i < node_list_count(list); i++) {
		struct str line = node_str(node_list_at(list, i)), slot = STR("{key}");
		size_t at = str_find(line, slot);
		if (at == line.n)
			all = arena_printf(a, "%.*s%.*s\n", STR_ARG(all), STR_ARG(line));
		else if (key.n)
			all = arena_printf(a, "%.*s%.*s%.*s%.*s\n", STR_ARG(all), STR_ARG(str_sub(line, 0, at)),
				STR_ARG(key), STR_ARG(str_sub(line, at + slot.n, line.n)));
	}
	return all;
}

/* ---- the answer ---- */

/* "[member=word]" */
static bool is_the_one(const struct json *v, struct str condition)
{
	struct str inner = str_sub(condition, 1, condition.n - 1);
	size_t at = str_chr(inner, '=');

	JSON_EACH(m, v)
		if (str_eq(m->key, str_sub(inner, 0, at)) && str_eq(json_str(m), str_sub(inner, at + 1, inner.n)))
			return true;
	return false;
}

static const struct json *step_into(const struct json *v, struct str word)
{
	int64_t number;

	if (word.n > 2 && word.p[0] == '[' && v->type == JSON_OBJECT)
		return is_the_one(v, word) ? v : NULL;
	if (word.n > 2 && word.p[0] == '[') {
		JSON_EACH(item, v)
			if (item->type == JSON_OBJECT && is_the_one(item, word))
				return item;
		return NULL;
	}
	if (v->type == JSON_ARRAY)
		return str_number(word, &number) ? json_at(v, (size_t)number) : NULL;
	JSON_EACH(m, v)
		if (v->type == JSON_OBJECT && str_eq(m->key, word))
			return m;
	return NULL;
}

/* A dot within brackets is part of the word: "[type=response.completed]". */
static struct str next_word(struct str *rest)
{
	size_t n = rest->n && rest->p[0] == '[' ? str_chr(*rest, ']') : 0;
	struct str word;

	n += str_chr(str_sub(*rest, n, rest->n), '.');
	word = str_sub(*rest, 0, n);
	*rest = str_sub(*rest, n + 1, rest->n);
	return word;
}

static const struct json *part(const struct provider *p, const struct json *v, bool whole, const char *name)
{
	struct node paths = node_get(member(p, whole ? "whole" : "stream"), name);

	for (uint32_t i = 0; i < node_list_count(paths); i++) {
		struct str rest = node_str(node_list_at(paths, i));
		const struct json *at = v;
		while (at && rest.n)
			at = step_into(at, next_word(&rest));
		if (at && at->type != JSON_NULL)
			return at;
	}
	return NULL;
}

void provider_read(struct arena *a, const struct provider *p, const struct json *v, bool whole, struct answer *answer)
{
	struct str stop = json_str(part(p, v, whole, "stop")), error = json_str(part(p, v, whole, "error"));

	buf_add(&answer->text, json_str(part(p, v, whole, "text")));
	if (stop.n)
		answer->stop = arena_str(a, stop);
	if (error.n)
		answer->error = arena_str(a, error);
	answer->input = json_int(part(p, v, whole, "input"), answer->input);
	answer->output = json_int(part(p, v, whole, "output"), answer->output);
	answer->ended |= whole || part(p, v, whole, "end") != NULL;
}

bool provider_is_done(const struct provider *p, const struct answer *answer)
{
	return node_list_has(member(p, "done"), answer->stop);
}
