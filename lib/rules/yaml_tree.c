#include "rules/yaml_tree.h"

#include <string.h>
#include <yaml.h>

struct reader {
	struct arena *a;
	yaml_parser_t parser;
	const char *name;
	struct err *err;
};

static struct yaml *fault(struct reader *r, size_t line, const char *why)
{
	err_set(r->err, HEAL_WRONG, "%s:%zu: %s", r->name, line + 1, why);
	return NULL;
}

static bool next(struct reader *r, yaml_event_t *e)
{
	if (yaml_parser_parse(&r->parser, e))
		return true;
	size_t line = r->parser.problem_mark.line;
	fault(r, line, r->parser.problem ? r->parser.problem : "cannot be read");
	return false;
}

struct yaml *yaml_add(struct arena *a, struct yaml *parent, struct str key, enum yaml_kind kind, uint32_t line)
{
	struct yaml *v = ARENA_NEW(a, struct yaml);

	v->kind = kind;
	v->line = line;
	v->key = key.p ? arena_str(a, key) : STR_NONE;
	v->key_line = line;
	if (!parent)
		return v;
	if (parent->last)
		parent->last->next = v;
	else
		parent->first = v;
	parent->last = v;
	parent->n++;
	return v;
}

struct yaml *yaml_add_text(struct arena *a, struct yaml *map, const char *key, struct str text)
{
	struct yaml *v = yaml_add(a, map, str_of(key), YAML_TEXT, map->line);

	v->text = arena_str(a, text);
	return v;
}

static struct yaml_mark mark_of(const yaml_mark_t *m)
{
	return (struct yaml_mark){ (uint32_t)m->line, (uint32_t)m->column };
}

static void marks_set(struct yaml *v, const yaml_event_t *e)
{
	v->begin = mark_of(&e->start_mark);
	v->end = mark_of(&e->end_mark);
}

static enum yaml_style style_of(const yaml_event_t *e)
{
	if (e->type != YAML_SCALAR_EVENT)
		return YAML_PLAIN;
	switch (e->data.scalar.style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
		return YAML_SINGLE;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		return YAML_DOUBLE;
	case YAML_LITERAL_SCALAR_STYLE:
		return YAML_LITERAL;
	case YAML_FOLDED_SCALAR_STYLE:
		return YAML_FOLDED;
	default:
		return YAML_PLAIN;
	}
}

static struct yaml *value(struct reader *r, yaml_event_t *e, struct yaml *parent, struct str key, int depth);

static struct yaml *list(struct reader *r, struct yaml *v, int depth)
{
	yaml_event_t e;

	for (;;) {
		if (!next(r, &e))
			return NULL;
		bool end = e.type == YAML_SEQUENCE_END_EVENT;
		if (end)
			v->end = mark_of(&e.end_mark);
		bool ok = end || value(r, &e, v, STR_NONE, depth);
		yaml_event_delete(&e);
		if (end || !ok)
			return ok ? v : NULL;
	}
}

static struct yaml *map(struct reader *r, struct yaml *v, int depth)
{
	yaml_event_t e;

	for (;;) {
		if (!next(r, &e))
			return NULL;
		size_t line = e.start_mark.line;
		struct yaml_mark begin = mark_of(&e.start_mark), end = mark_of(&e.end_mark);
		enum yaml_event_type_e type = e.type;
		enum yaml_style style = style_of(&e);
		struct str key = STR_NONE;
		if (type == YAML_SCALAR_EVENT)
			key = arena_str(r->a, (struct str){ (char *)e.data.scalar.value, e.data.scalar.length });
		yaml_event_delete(&e);
		if (type == YAML_MAPPING_END_EVENT) {
			v->end = end;
			return v;
		}
		if (type != YAML_SCALAR_EVENT)
			return fault(r, line, "a key must be text");
		if (yaml_get(v, key.p))
			return fault(r, line, "duplicate key");
		if (!next(r, &e))
			return NULL;
		struct yaml *member = value(r, &e, v, key, depth);
		yaml_event_delete(&e);
		if (!member)
			return NULL;
		member->key_line = (uint32_t)line + 1;
		member->key_style = style;
		member->key_begin = begin;
		member->key_end = end;
	}
}

static struct yaml *value(struct reader *r, yaml_event_t *e, struct yaml *parent, struct str key, int depth)
{
	uint32_t line = (uint32_t)e->start_mark.line + 1;
	struct yaml *v;

	if (depth > YAML_DEPTH)
		return fault(r, line - 1, "nested too deeply");
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		v = yaml_add(r->a, parent, key, YAML_TEXT, line);
		v->text = arena_str(r->a, (struct str){ (char *)e->data.scalar.value, e->data.scalar.length });
		v->style = style_of(e);
		marks_set(v, e);
		return e->data.scalar.anchor ? fault(r, line - 1, "anchors are not supported") : v;
	case YAML_SEQUENCE_START_EVENT:
		v = yaml_add(r->a, parent, key, YAML_LIST, line);
		v->flow = e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
		marks_set(v, e);
		return list(r, v, depth + 1);
	case YAML_MAPPING_START_EVENT:
		v = yaml_add(r->a, parent, key, YAML_MAP, line);
		v->flow = e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
		marks_set(v, e);
		return map(r, v, depth + 1);
	default:
		return fault(r, line - 1, "anchors and aliases are not supported");
	}
}

static struct yaml *document(struct reader *r)
{
	yaml_event_t e;
	struct yaml *top = NULL;

	while (next(r, &e)) {
		enum yaml_event_type_e type = e.type;
		if (type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_START_EVENT) {
			yaml_event_delete(&e);
			continue;
		}
		if (type == YAML_STREAM_END_EVENT)
			fault(r, 0, "the file is empty");
		else
			top = value(r, &e, NULL, STR_NONE, 0);
		yaml_event_delete(&e);
		break;
	}
	return top;
}

struct yaml *yaml_read(struct arena *a, struct str text, const char *name, struct err *err)
{
	struct reader r = { .a = a, .name = name, .err = err };

	if (!yaml_parser_initialize(&r.parser))
		out_of_memory();
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.p, text.n);
	struct yaml *top = document(&r);
	yaml_parser_delete(&r.parser);
	return top;
}

struct yaml *yaml_get(const struct yaml *v, const char *key)
{
	if (!v || v->kind != YAML_MAP)
		return NULL;
	YAML_EACH(item, v)
		if (str_is(item->key, key))
			return item;
	return NULL;
}

struct str yaml_str(const struct yaml *v)
{
	return v && v->kind == YAML_TEXT ? v->text : STR_NONE;
}
