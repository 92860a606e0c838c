/* json_schema - which values fit a schema, what is said of those that do not, which schemas are refused */
#include "jsonschema/json_schema.h"

#include <stdlib.h>

#include "base/io.h"
#include "tap.h"

static struct arena a;

static struct json *parsed(const char *text)
{
	struct err err = { 0 };
	struct json *v = json_parse(&a, str_of(text), JSON_PLAIN, &err);

	if (!v)
		printf("# %s: %s\n", text, err.text);
	return v;
}

/* "" if it fits, else what is said */
static struct str fits(const char *schema, const char *value)
{
	struct err err = { 0 };
	struct json_schema *s = json_schema_new(&a, parsed(schema), &err);
	struct str said = STR("");

	if (!s)
		return arena_printf(&a, "schema: %s", err.text);
	if (!json_schema_fits(s, parsed(value), "v", &err))
		said = arena_printf(&a, "%s", err.text);
	json_schema_free(s);
	return said;
}

static void test_types(void)
{
	static const char *const values[] = { "null", "true", "1.5", "\"x\"", "[]", "{}" };
	static const char *const names[] = { "null", "boolean", "number", "string", "array", "object" };
	char schema[64];
	int right = 0;

	for (size_t i = 0; i < 6; i++)
		for (size_t j = 0; j < 6; j++) {
			snprintf(schema, sizeof(schema), "{\"type\":\"%s\"}", names[i]);
			right += (fits(schema, values[j]).n == 0) == (i == j);
		}
	is_int(right, 36, "each type fits its own values only");
	is_str(fits("{\"type\":\"integer\"}", "1.0"), "", "1.0 is an integer");
	is_str(fits("{\"type\":\"integer\"}", "1.5"), "v: is not of type integer", "1.5 is not");
	is_str(fits("{\"type\":[\"string\",\"null\"]}", "null"), "", "one of several types");
	is_str(fits("{\"type\":[\"string\",\"null\"]}", "1"), "v: is of none of the permitted types",
		"none of several");
	is_str(fits("true", "1"), "", "true permits everything");
	is_str(fits("false", "1"), "v: is not permitted", "false nothing");
}

static void test_values(void)
{
	is_str(fits("{\"enum\":[\"a\",1,null]}", "1.0"), "", "an enum has numbers by value");
	is_str(fits("{\"enum\":[\"a\",1]}", "\"b\""), "v: is not one of [\"a\",1]", "what is permitted is said");
	is_str(fits("{\"const\":{\"a\":[1],\"b\":2}}", "{\"b\":2,\"a\":[1]}"), "", "objects are equal in any order");
	is_str(fits("{\"const\":{\"a\":[1]}}", "{\"a\":[1,2]}"), "v: is not the only permitted value", "or differ");
	is_str(fits("{\"const\":{\"a\":1}}", "{\"a\":1,\"b\":1}"), "v: is not the only permitted value", "by one more");
	is_str(fits("{\"minimum\":1,\"maximum\":3}", "3"), "", "a limit is permitted");
	is_str(fits("{\"minimum\":1}", "0.99"), "v: must be at least 1", "less is not");
	is_str(fits("{\"maximum\":3}", "4"), "v: must be at most 3", "more is not");
	is_str(fits("{\"exclusiveMaximum\":3}", "3"), "v: must be less than 3", "an exclusive limit is not");
	is_str(fits("{\"minimum\":1}", "\"x\""), "", "a limit is for numbers only");
	is_str(fits("{\"maxLength\":2}", "\"\xc3\xa9\xc3\xa9\""), "", "lengths count characters");
	is_str(fits("{\"maxLength\":2}", "\"abc\""), "v: must have at most 2 characters", "too long");
	is_str(fits("{\"minLength\":1}", "\"\""), "v: must have at least 1 characters", "too short");
	is_str(fits("{\"pattern\":\"^[a-z]+$\"}", "\"abc\""), "", "a pattern matches");
	is_str(fits("{\"pattern\":\"^[a-z]+$\"}", "\"abc\\n\""), "v: does not match ^[a-z]+$",
		"not with a newline behind it");
	is_str(fits("{\"pattern\":\"b\"}", "\"abc\""), "", "a pattern without anchors matches within");
	is_str(fits("{\"pattern\":\"^(a|aa)+$\"}", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\""),
		"v: does not match ^(a|aa)+$", "one that exceeds the limits does not match");
}

static void test_containers(void)
{
	static const char object[] = "{\"properties\":{\"n\":{\"type\":\"integer\"},\"in\":{\"properties\":"
				     "{\"x\":{\"enum\":[1]}}}},\"required\":[\"n\"],\"additionalProperties\":false}";

	is_str(fits(object, "{\"n\":1,\"in\":{\"x\":1,\"y\":2}}"), "", "an object fits");
	is_str(fits(object, "{}"), "v: lacks 'n'", "a required member");
	is_str(fits(object, "{\"n\":1,\"m\":1}"), "v: has an unknown member 'm'", "an unknown member");
	is_str(fits(object, "{\"n\":\"1\"}"), "v.n: is not of type integer", "a member is named");
	is_str(fits(object, "{\"n\":1,\"in\":{\"x\":2}}"), "v.in.x: is not one of [1]", "with its path");
	is_str(fits(object, "[]"), "", "an array has no members");
	is_str(fits("{\"additionalProperties\":{\"type\":\"string\"}}", "{\"a\":1}"), "v.a: is not of type string",
		"other members with a schema");
	is_str(fits("{\"maxProperties\":1}", "{\"a\":1,\"b\":1}"), "v: must have at most 1 members", "many members");
	is_str(fits("{\"items\":{\"type\":\"string\"},\"maxItems\":3}", "[\"a\",2]"), "v.1: is not of type string",
		"an element is numbered");
	is_str(fits("{\"maxItems\":1}", "[1,2]"), "v: must have at most 1 elements", "many elements");
	is_str(fits("{\"minItems\":1}", "[]"), "v: must have at least 1 elements", "few elements");
}

static void test_combined(void)
{
	static const char tree[] = "{\"type\":\"object\",\"properties\":{\"next\":{\"$ref\":\"#\"},\"n\":{\"$ref\":"
				   "\"#/$defs/n\"}},\"$defs\":{\"n\":{\"type\":\"integer\"}}}";
	static const char either[] = "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}";
	static const char when[] = "{\"if\":{\"properties\":{\"k\":{\"const\":1}},\"required\":[\"k\"]},"
				   "\"then\":{\"required\":[\"a\"]},\"else\":{\"required\":[\"b\"]}}";

	is_str(fits(either, "null"), "", "one of two forms");
	is_str(fits(either, "1"), "v: fits none of the permitted forms", "none of two");
	is_str(fits("{\"allOf\":[{\"minimum\":1},{\"maximum\":2}]}", "3"), "v: must be at most 2", "all of two");
	is_str(fits(when, "{\"k\":1,\"a\":1}"), "", "then");
	is_str(fits(when, "{\"k\":1,\"b\":1}"), "v: lacks 'a'", "then lacks");
	is_str(fits(when, "{\"k\":2}"), "v: lacks 'b'", "else lacks");
	is_str(fits(tree, "{\"next\":{\"next\":{\"n\":1}}}"), "", "a schema that refers to itself");
	is_str(fits(tree, "{\"next\":{\"next\":{\"n\":1.5}}}"), "v.next.next.n: is not of type integer", "within");
	is_str(fits("{\"$ref\":\"#\"}", "1"), "v: the schema refers to itself without end",
		"an endless reference ends");
	is_str(fits("{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}", "1"), "v: fits none of the permitted forms",
		"also one that doubles");
}

static void test_ambiguous(void)
{
	is_str(fits("true", "{\"a\":{\"b\":1,\"c\":2,\"b\":3}}"), "v: has the member 'b' twice", "a name twice");
	is_str(fits("true", "[1e999]"), "v: has a number that is too large", "a number beyond every double");
	is_str(fits("{\"type\":\"integer\",\"maximum\":10}", "1e30"), "v: must be at most 10", "a huge integer");
}

static void test_schemas(void)
{
	is_str(fits("{\"format\":\"uri\",\"title\":\"t\",\"default\":3}", "1"), "", "annotations are permitted");
	is_str(fits("{\"oneOf\":[true]}", "1"), "schema: the schema's keyword 'oneOf' is not supported", "unknown");
	is_str(fits("{\"properties\":{\"a\":{\"minimun\":1}}}", "1"),
		"schema: the schema's keyword 'minimun' is not supported", "a misspelt one, deeper");
	is_str(fits("{\"type\":\"text\"}", "1"), "schema: the schema's 'type' is not valid", "no such type");
	is_str(fits("{\"required\":[1]}", "1"), "schema: the schema's 'required' is not valid", "a name that is none");
	is_str(fits("{\"maxLength\":-1}", "1"), "schema: the schema's 'maxLength' is not valid", "a negative size");
	is_str(fits("{\"enum\":[]}", "1"), "schema: the schema's 'enum' is not valid", "an enum without values");
	is_str(fits("{\"$ref\":\"#/properties\"}", "1"), "schema: the schema's '$ref' is not valid", "no schema there");
	is_str(fits("{\"items\":1}", "1"), "schema: a schema must be an object or a boolean", "a schema that is none");
	ok(str_starts(fits("{\"pattern\":\"(\"}", "1"), "schema: the schema's pattern is not valid"), "a bad pattern");
}

/* The record's own schema is within the subset. */
static void test_record(void)
{
	const char *build = getenv("HEAL_BUILD");
	struct err err = { 0 };
	struct str schema;

	if (!build) {
		tap_skip("a record fits its schema", "HEAL_BUILD is not set");
		return;
	}
	if (!file_read(&a, arena_printf(&a, "%s/share/schema/record.schema.json", build).p, 1 << 20, &schema, &err))
		printf("# %s\n", err.text);
	is_str(fits(arena_strdup(&a, schema),
		       "{\"heal\":1,\"kind\":\"incident\",\"id\":\"i\",\"time\":\"2026-11-20T12:00:00Z\",\"error\":"
		       "{\"tool\":\"gcc\",\"environment\":\"c\",\"rule\":\"r\",\"level\":\"error\",\"message\":\"m\"}"
		       "}"),
		"", "a record fits its schema");
	ok(fits(arena_strdup(&a, schema), "{\"heal\":1,\"kind\":\"incident\",\"id\":\"i\"}").n > 0,
		"one without an error does not");
}

int main(void)
{
	test_types();
	test_values();
	test_containers();
	test_combined();
	test_ambiguous();
	test_schemas();
	test_record();
	arena_free(&a);
	return tap_end();
}
