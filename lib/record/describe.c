/* describe - generate the documentation of records from record.def (build-time program)
 *
 *     describe schema           print JSON Schema 2020-12
 *     describe page PAGE.in     print the manual page; the line "@FIELDS@" is replaced by the members, and
 *                               @RECORD_MAX@ and @TEXT_MAX@ by the limits
 *
 * The reader and the writer are generated from the same rows, so they cannot disagree with the documentation. */
#include <stdlib.h>

#include "base/io.h"
#include "record/record.h"

/* Do the limits end with "null"?  Then it is removed. */
static bool may_be_null(const struct member *m, struct str *rest)
{
	*rest = str_of(member_limits(m));
	size_t at = str_find(*rest, STR("null"));
	bool found = at < rest->n;

	*rest = str_sub(*rest, 0, at);
	if (rest->n && rest->p[rest->n - 1] == '|')
		rest->n--;
	return found;
}

/* ---- the schema ---- */

static struct json *word(struct arena *a, struct str s)
{
	return json_new_str(a, s);
}

static void type_set(struct arena *a, struct json *schema, const char *type, bool null)
{
	if (!null) {
		json_set_str(a, schema, "type", str_of(type));
		return;
	}
	struct json *types = json_array_in(a, schema, "type");
	json_add(types, word(a, str_of(type)));
	json_add(types, word(a, STR("null")));
}

/* "1..10" as minimum and maximum; either may be omitted. */
static void range_set(struct arena *a, struct json *schema, struct str limits, const char *least, const char *most)
{
	size_t dots = str_find(limits, STR(".."));
	struct str low = str_sub(limits, 0, dots), high = str_sub(limits, dots + 2, limits.n);

	if (dots == limits.n)
		return;
	if (low.n)
		json_set_double(a, schema, least, strtod(arena_strdup(a, low), NULL));
	if (high.n)
		json_set_double(a, schema, most, strtod(arena_strdup(a, high), NULL));
}

static void enum_set(struct arena *a, struct json *schema, struct str choices, bool null)
{
	struct json *list = json_array_in(a, schema, "enum");
	struct str one;

	while (str_split(&choices, '|', &one))
		json_add(list, word(a, one));
	if (null)
		json_add(list, json_new(a, JSON_NULL));
}

static struct json *object_schema(struct arena *a, const struct object_type *type);

static struct json *member_schema(struct arena *a, const struct member *m)
{
	struct json *s = json_new(a, JSON_OBJECT);
	struct str limits;
	bool null = may_be_null(m, &limits);

	json_set_str(a, s, "description", str_of(m->doc));
	switch (m->kind) {
	case MK_STRING:
		type_set(a, s, "string", null);
		break;
	case MK_TIME:
		type_set(a, s, "string", null);
		json_set_str(a, s, "pattern", STR("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"));
		break;
	case MK_WORD:
	case MK_ENUM:
		enum_set(a, s, limits, null);
		break;
	case MK_INT:
	case MK_MAYBE_INT:
	case MK_NUMBER:
		type_set(a, s, m->kind == MK_NUMBER ? "number" : "integer", null);
		range_set(a, s, limits, "minimum", "maximum");
		break;
	case MK_BOOL:
		type_set(a, s, "boolean", null);
		break;
	case MK_JSON:
		type_set(a, s, "object", null);
		break;
	case MK_OBJECT: {
		struct json *below = object_schema(a, m->of);
		json_set(a, below, "description", json_get(s, "description"));
		return below;
	}
	case MK_LIST:
		type_set(a, s, "array", null);
		range_set(a, s, limits, "minItems", "maxItems");
		json_set(a, s, "items", object_schema(a, m->of));
		break;
	case MK_STRINGS:
		type_set(a, s, "array", null);
		json_set_str(a, json_object_in(a, s, "items"), "type", STR("string"));
		break;
	}
	return s;
}

static struct json *object_schema(struct arena *a, const struct object_type *type)
{
	struct json *s = json_new(a, JSON_OBJECT), *required = json_new(a, JSON_ARRAY);
	struct json *members = json_new(a, JSON_OBJECT);

	json_set_str(a, s, "type", STR("object"));
	for (size_t i = 0; i < type->n; i++) {
		const struct member *m = &type->members[i];
		json_set(a, members, m->name, member_schema(a, m));
		if (member_is_required(m))
			json_add(required, word(a, str_of(m->name)));
	}
	json_set(a, s, "properties", members);
	if (required->first)
		json_set(a, s, "required", required);
	json_set_bool(a, s, "additionalProperties", true);
	return s;
}

/* {"if": {kind is an incident}, "then": {error is required}} */
static void incident_needs_error(struct arena *a, struct json *schema)
{
	struct json *is = json_object_in(a, schema, "if");
	struct json *kind = json_object_in(a, json_object_in(a, is, "properties"), "kind");

	json_set_str(a, kind, "const", STR("incident"));
	json_add(json_array_in(a, is, "required"), word(a, STR("kind")));
	json_add(json_array_in(a, json_object_in(a, schema, "then"), "required"), word(a, STR("error")));
}

static void show(const struct json *v, int depth)
{
	struct arena a = ARENA_INIT;
	bool object = v->type == JSON_OBJECT;

	if (!v->first || (v->type == JSON_ARRAY && v->first->type != JSON_OBJECT)) {
		printf("%.*s", STR_ARG(json_text(&a, v)));
		arena_free(&a);
		return;
	}
	printf("%c\n", object ? '{' : '[');
	JSON_EACH(item, v) {
		printf("%*s", 2 * (depth + 1), "");
		if (object)
			printf("%.*s: ", STR_ARG(json_text(&a, json_new_str(&a, item->key))));
		show(item, depth + 1);
		printf("%s\n", item->next ? "," : "");
	}
	printf("%*s%c", 2 * depth, "", object ? '}' : ']');
	arena_free(&a);
}

static void schema_show(struct arena *a)
{
	struct json *top = json_new(a, JSON_OBJECT);

	json_set_str(a, top, "$schema", STR("https://json-schema.org/draft/2020-12/schema"));
	json_set_str(a, top, "$id", STR("urn:heal:record:1"));
	json_set_str(a, top, "title", STR("heal record"));
	json_set_str(a, top, "description",
		STR("A record of heal, one line; see heal-record(5). Unknown members are kept."));
	struct json *record = object_schema(a, &record_type);
	while (record->first) { /* its members follow the title */
		struct json *member = record->first;
		record->first = member->next;
		json_set(a, top, arena_strdup(a, member->key), member);
	}
	incident_needs_error(a, top);
	show(top, 0);
	putchar('\n');
}

/* ---- the manual page ---- */

/* Escape text for mdoc. */
static void mdoc_text(const char *z)
{
	if (*z == '.' || *z == '\'')
		printf("\\&");
	for (; *z; z++)
		printf(*z == '\\' ? "\\e" : "%c", *z);
	putchar('\n');
}

/* "1..10" in words */
static void range_show(struct str limits)
{
	size_t dots = str_find(limits, STR(".."));
	struct str low = str_sub(limits, 0, dots), high = str_sub(limits, dots + 2, limits.n);

	if (low.n && high.n && !str_eq(low, high))
		printf(", %.*s to %.*s", STR_ARG(low), STR_ARG(high));
	else if (high.n)
		printf(", %s%.*s", low.n ? "" : "at most ", STR_ARG(high));
	else
		printf(", %.*s or more", STR_ARG(low));
}

static void kind_show(const struct member *m)
{
	static const char *const names[] = { [MK_STRING] = "string",
		[MK_TIME] = "time",
		[MK_WORD] = "one of",
		[MK_ENUM] = "one of",
		[MK_INT] = "integer",
		[MK_MAYBE_INT] = "integer",
		[MK_NUMBER] = "number",
		[MK_BOOL] = "true or false",
		[MK_STRINGS] = "array of strings",
		[MK_JSON] = "object",
		[MK_OBJECT] = "object",
		[MK_LIST] = "array of objects" };
	struct str limits, one;
	bool null = may_be_null(m, &limits);

	printf("%s", names[m->kind]);
	if (m->kind == MK_ENUM || m->kind == MK_WORD)
		while (str_split(&limits, '|', &one))
			printf("%s%.*s", one.p == member_limits(m) ? " " : ", ", STR_ARG(one));
	else if (limits.n)
		range_show(limits);
	if (limits.n && m->kind == MK_LIST)
		printf(" of them");
	printf("%s%s.\n", null ? ", or null" : "", member_is_required(m) ? "; always present" : "");
}

/* path: "" or "solutions[]." */
static void members_show(struct arena *a, const struct object_type *type, struct str path)
{
	for (size_t i = 0; i < type->n; i++) {
		const struct member *m = &type->members[i];
		printf(".It Va %.*s%s\n", STR_ARG(path), m->name);
		mdoc_text(m->doc);
		printf(".br\n");
		kind_show(m);
		if (m->of)
			members_show(a, m->of,
				arena_printf(a, "%.*s%s%s.", STR_ARG(path), m->name, m->kind == MK_LIST ? "[]" : ""));
	}
}

static void line_show(struct str line)
{
	size_t at = str_chr(line, '@');
	struct str rest = str_sub(line, at, line.n);

	printf("%.*s", STR_ARG(str_sub(line, 0, at)));
	if (str_starts(rest, "@RECORD_MAX@"))
		printf("%d%.*s", RECORD_MAX, STR_ARG(str_sub(rest, 12, rest.n)));
	else if (str_starts(rest, "@TEXT_MAX@"))
		printf("%d%.*s", TEXT_MAX, STR_ARG(str_sub(rest, 10, rest.n)));
	else
		printf("%.*s", STR_ARG(rest));
	putchar('\n');
}

static void page_show(struct arena *a, const char *path)
{
	struct str text, line;
	struct err err;

	if (!file_read(a, path, 1 << 20, &text, &err))
		die(err.status, "%s", err.text);
	while (str_line(&text, &line))
		if (str_is(line, "@FIELDS@"))
			members_show(a, &record_type, STR(""));
		else
			line_show(line);
}

int main(int argc, char **argv)
{
	struct arena a = ARENA_INIT;

	stdio_begin("describe");
	if (argc == 2 && str_is(str_of(argv[1]), "schema"))
		schema_show(&a);
	else if (argc == 3 && str_is(str_of(argv[1]), "page"))
		page_show(&a, argv[2]);
	else
		die(HEAL_WRONG, "usage: describe schema | describe page PAGE.in");
	arena_free(&a);
	return stdio_end(HEAL_OK);
}
