/* table - what heal-mcp offers, from YAML to a C string (build-time program)
 *
 *     table SERVER.yaml RECORD.schema.json >table.c
 *
 * {use: NAME} is replaced by the part of that name, and {members: "a.b c"} by the schema of these members of a record,
 * or with `of` of that member of one,
 * so that the announced schemas cannot disagree with the records. */
#include <stdlib.h>

#include "base/io.h"
#include "record/json.h"
#include "rules/yaml_tree.h"

static struct arena a;
static const struct json *record_schema;
static const struct yaml *parts;

static struct json *value_of(const struct yaml *y);

static struct json *scalar(const struct yaml *y)
{
	static const char *const numbers = "0123456789";
	size_t digits = 0;

	while (digits < y->text.n && strchr(numbers, y->text.p[digits]) && y->text.p[digits])
		digits++;
	if (y->style == YAML_PLAIN && (str_is(y->text, "true") || str_is(y->text, "false")))
		return json_new_bool(&a, str_is(y->text, "true"));
	if (y->style == YAML_PLAIN && digits && digits == y->text.n)
		return json_new_int(&a, strtoll(arena_strdup(&a, y->text), NULL, 10));
	return json_new_str(&a, y->text);
}

/* The schema of one member below `to`, which is the pruned schema of the same object as `from`. */
static void member_add(struct json *to, const struct json *from, struct str path)
{
	const struct json *items = json_get(from, "items");
	size_t dot = str_chr(path, '.');
	char *name = arena_strdup(&a, str_sub(path, 0, dot));

	if (items) {
		json_set_str(&a, to, "type", STR("array"));
		member_add(json_object_in(&a, to, "items"), items, path);
		return;
	}
	const struct json *member = json_path(from, arena_printf(&a, "properties.%s", name).p);
	if (!member)
		die(HEAL_WRONG, "a record has no member '%s'", name);
	json_set_str(&a, to, "type", STR("object"));
	struct json *properties = json_object_in(&a, to, "properties");
	if (dot == path.n)
		json_set(&a, properties, name, json_copy(&a, member));
	else
		member_add(json_object_in(&a, properties, name), member, str_sub(path, dot + 1, path.n));
}

/* of: the member of a record that has them; p == NULL: they are the record's. */
static struct json *members_of(struct str list, struct str of)
{
	struct json *schema = json_new(&a, JSON_OBJECT);
	const struct json *from = record_schema;
	struct str path;

	if (of.p)
		from = json_path(from, arena_printf(&a, "properties.%.*s", STR_ARG(of)).p);
	while (str_split(&list, ' ', &path))
		if (path.n)
			member_add(schema, from, path);
	return schema;
}

static struct json *map_of(const struct yaml *y)
{
	const struct yaml *use = yaml_get(y, "use"), *members = yaml_get(y, "members");
	struct json *map = json_new(&a, JSON_OBJECT);

	if (use) {
		const struct yaml *part = yaml_get(parts, arena_strdup(&a, yaml_str(use)));
		if (!part)
			die(HEAL_WRONG, "line %u: there is no such part", use->line);
		return value_of(part);
	}
	if (members)
		return members_of(yaml_str(members), yaml_str(yaml_get(y, "of")));
	YAML_EACH(member, y)
		json_set(&a, map, arena_strdup(&a, member->key), value_of(member));
	return map;
}

static struct json *value_of(const struct yaml *y)
{
	struct json *list;

	switch (y->kind) {
	case YAML_MAP:
		return map_of(y);
	case YAML_LIST:
		list = json_new(&a, JSON_ARRAY);
		YAML_EACH(item, y)
			json_add(list, value_of(item));
		return list;
	default:
		return scalar(y);
	}
}

/* In pieces, since compilers limit the length of a literal. */
static void c_write(struct str text)
{
	puts("#include \"server.h\"\n\nconst char mcp_table[] = {");
	for (size_t i = 0; i < text.n; i++)
		printf("%d,%s", (unsigned char)text.p[i] > 127 ? (int)(unsigned char)text.p[i] - 256 : text.p[i],
			i % 40 == 39 ? "\n" : "");
	puts("0\n};");
}

int main(int argc, char **argv)
{
	struct str yaml, schema;
	struct err err;

	stdio_begin("table");
	if (argc != 3)
		die(HEAL_WRONG, "usage: table SERVER.yaml RECORD.schema.json");
	if (!file_read(&a, argv[1], 1 << 20, &yaml, &err) || !file_read(&a, argv[2], 1 << 20, &schema, &err))
		die(err.status, "%s", err.text);
	const struct yaml *root = yaml_read(&a, yaml, argv[1], &err);
	if (!root || !(record_schema = json_parse(&a, schema, JSON_PLAIN, &err)))
		die(err.status, "%s", err.text);
	parts = yaml_get(root, "parts");
	struct json *table = value_of(root);
	json_remove(table, "parts");
	c_write(json_text(&a, table));
	arena_free(&a);
	return stdio_end(HEAL_OK);
}
