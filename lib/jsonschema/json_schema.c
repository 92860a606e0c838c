#include "jsonschema/json_schema.h"

#include <math.h>
#include <stdlib.h>

#include "base/vec.h"
#include "rules/regex.h"

enum { PATH_MAX_CHARS = 200, REFS_MAX = 8 };

struct compiled {
	const struct json *pattern; /* the keyword's value */
	struct regex *re;
};

struct json_schema {
	struct arena *a;
	const struct json *root;
	struct compiled *at;
	size_t n, room;
};

struct check {
	const struct json_schema *s;
	char path[PATH_MAX_CHARS];
	int refs; /* followed without going deeper into the value */
	struct err *err;
};

static bool fits(struct check *c, const struct json *schema, const struct json *v);

__attribute__((format(printf, 2, 3))) static bool wrong(struct check *c, const char *format, ...)
{
	char why[300];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	return err_set(c->err, HEAL_WRONG, "%s%s%s", c->path, c->path[0] ? ": " : "", why);
}

/* ---- the place in the value, for messages ---- */

static size_t path_enter(struct check *c, struct str name)
{
	size_t n = strlen(c->path);

	snprintf(c->path + n, sizeof(c->path) - n, "%s%.*s", n ? "." : "", (int)(name.n > 60 ? 60 : name.n),
		name.p ? name.p : "");
	return n;
}

static bool fits_below(struct check *c, const struct json *schema, const struct json *v, struct str name)
{
	size_t n = path_enter(c, name);
	int refs = c->refs;

	c->refs = 0;
	bool good = fits(c, schema, v);
	c->refs = refs;
	c->path[n] = '\0';
	return good;
}

/* Without a message, for alternatives of which one must fit. */
static bool fits_silently(struct check *c, const struct json *schema, const struct json *v)
{
	struct check silent = *c;

	silent.err = NULL;
	return fits(&silent, schema, v);
}

/* ---- values ---- */

static double number(const struct json *v)
{
	char text[400]; /* longer ones are no doubles, or have digits that no double keeps */
	size_t n = v->text.n < sizeof(text) ? v->text.n : sizeof(text) - 1;

	memcpy(text, v->text.p, n);
	text[n] = '\0';
	return v->text.n < sizeof(text) ? strtod(text, NULL) : (double)INFINITY;
}

/* json_get takes C strings only; names may contain NUL bytes. */
static const struct json *member_of(const struct json *object, struct str name)
{
	JSON_EACH(member, object)
		if (str_eq(member->key, name))
			return member;
	return NULL;
}

static bool equal(const struct json *x, const struct json *y);

static bool members_equal(const struct json *x, const struct json *y)
{
	JSON_EACH(one, x) {
		const struct json *other = member_of(y, one->key);
		if (!other || !equal(one, other))
			return false;
	}
	return json_count(x) == json_count(y);
}

static bool elements_equal(const struct json *x, const struct json *y)
{
	const struct json *one = x->first, *other = y->first;

	for (; one && other; one = one->next, other = other->next)
		if (!equal(one, other))
			return false;
	return !one && !other;
}

static bool equal(const struct json *x, const struct json *y)
{
	if (x->type != y->type)
		return false;
	switch (x->type) {
	case JSON_NULL:
		return true;
	case JSON_BOOL:
		return x->truth == y->truth;
	case JSON_NUMBER:
		return number(x) == number(y);
	case JSON_STRING:
		return str_eq(x->text, y->text);
	case JSON_ARRAY:
		return elements_equal(x, y);
	default:
		return members_equal(x, y);
	}
}

static size_t characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

/* ---- the keywords; a keyword for another type of value fits ---- */

static bool is_of_type(const struct json *v, struct str type)
{
	static const char *const names[] = { "null", "boolean", "number", "string", "array", "object" };

	if (str_is(type, "integer"))
		return v->type == JSON_NUMBER && number(v) == floor(number(v));
	return str_is(type, names[v->type]);
}

static bool check_type(struct check *c, const struct json *type, const struct json *schema, const struct json *v)
{
	(void)schema;
	if (type->type == JSON_STRING)
		return is_of_type(v, type->text) || wrong(c, "is not of type %.*s", STR_ARG(type->text));
	JSON_EACH(one, type)
		if (is_of_type(v, one->text))
			return true;
	return wrong(c, "is of none of the permitted types");
}

static bool check_enum(struct check *c, const struct json *values, const struct json *schema, const struct json *v)
{
	struct arena a = ARENA_INIT;

	(void)schema;
	JSON_EACH(one, values)
		if (equal(one, v))
			return true;
	struct str text = json_text(&a, values);
	wrong(c, "is not one of %.*s", STR_ARG(text));
	arena_free(&a);
	return false;
}

static bool check_const(struct check *c, const struct json *value, const struct json *schema, const struct json *v)
{
	(void)schema;
	return equal(value, v) || wrong(c, "is not the only permitted value");
}

static bool check_properties(struct check *c, const struct json *names, const struct json *schema, const struct json *v)
{
	(void)schema;
	if (v->type != JSON_OBJECT)
		return true;
	JSON_EACH(member, v) {
		const struct json *one = member_of(names, member->key);
		if (one && !fits_below(c, one, member, member->key))
			return false;
	}
	return true;
}

static bool check_additional(struct check *c, const struct json *other, const struct json *schema, const struct json *v)
{
	const struct json *known = json_get(schema, "properties");

	if (v->type != JSON_OBJECT)
		return true;
	JSON_EACH(member, v) {
		if (known && member_of(known, member->key))
			continue;
		if (other->type == JSON_BOOL && !other->truth)
			return wrong(c, "has an unknown member '%.*s'", (int)(member->key.n > 60 ? 60 : member->key.n),
				member->key.p);
		if (!fits_below(c, other, member, member->key))
			return false;
	}
	return true;
}

static bool check_required(struct check *c, const struct json *names, const struct json *schema, const struct json *v)
{
	(void)schema;
	if (v->type == JSON_OBJECT)
		JSON_EACH(one, names)
			if (!member_of(v, one->text))
				return wrong(c, "lacks '%.*s'", STR_ARG(one->text));
	return true;
}

static bool check_items(struct check *c, const struct json *items, const struct json *schema, const struct json *v)
{
	char place[24];
	size_t i = 0;

	(void)schema;
	if (v->type == JSON_ARRAY)
		JSON_EACH(one, v) {
			snprintf(place, sizeof(place), "%zu", i++);
			if (!fits_below(c, items, one, str_of(place)))
				return false;
		}
	return true;
}

/* The sizes and ranges: what is counted, of which type, and on which side the limit lies. */
enum counted { ELEMENTS, MEMBERS, CHARACTERS, VALUE };

static const struct {
	const char *name;
	enum counted counted;
	bool most, exclusive;
} limits[] = {
	{ "minItems", ELEMENTS, false, false },
	{ "maxItems", ELEMENTS, true, false },
	{ "minProperties", MEMBERS, false, false },
	{ "maxProperties", MEMBERS, true, false },
	{ "minLength", CHARACTERS, false, false },
	{ "maxLength", CHARACTERS, true, false },
	{ "minimum", VALUE, false, false },
	{ "maximum", VALUE, true, false },
	{ "exclusiveMinimum", VALUE, false, true },
	{ "exclusiveMaximum", VALUE, true, true },
};

static bool check_limit(struct check *c, const struct json *limit, const struct json *schema, const struct json *v)
{
	static const enum json_type types[] = { JSON_ARRAY, JSON_OBJECT, JSON_STRING, JSON_NUMBER };
	static const char *const nouns[] = { "elements", "members", "characters", "" };
	size_t i = 0;

	(void)schema;
	while (!str_is(limit->key, limits[i].name))
		i++;
	enum counted counted = limits[i].counted;
	if (v->type != types[counted])
		return true;
	double is = counted == VALUE ? number(v) :
				       (double)(counted == CHARACTERS ? characters(v->text) : json_count(v));
	double bound = number(limit);
	if (limits[i].most ? is < bound || (is == bound && !limits[i].exclusive) :
			     is > bound || (is == bound && !limits[i].exclusive))
		return true;
	const char *side = limits[i].most ? "most" : "least";
	if (limits[i].exclusive)
		return wrong(c, "must be %s than %.*s", limits[i].most ? "less" : "more", STR_ARG(limit->text));
	if (counted == VALUE)
		return wrong(c, "must be at %s %.*s", side, STR_ARG(limit->text));
	return wrong(c, "must have at %s %.*s %s", side, STR_ARG(limit->text), nouns[counted]);
}

static bool check_pattern(struct check *c, const struct json *pattern, const struct json *schema, const struct json *v)
{
	struct regex *re = NULL;

	(void)schema;
	if (v->type != JSON_STRING)
		return true;
	for (size_t i = 0; i < c->s->n; i++)
		if (c->s->at[i].pattern == pattern)
			re = c->s->at[i].re;
	return (re && regex_match(re, str_or_empty(v->text), NULL) == 1) ||
		wrong(c, "does not match %.*s", STR_ARG(pattern->text));
}

static bool check_all_of(struct check *c, const struct json *all, const struct json *schema, const struct json *v)
{
	(void)schema;
	JSON_EACH(one, all)
		if (!fits(c, one, v))
			return false;
	return true;
}

static bool check_any_of(struct check *c, const struct json *any, const struct json *schema, const struct json *v)
{
	(void)schema;
	JSON_EACH(one, any)
		if (fits_silently(c, one, v))
			return true;
	return wrong(c, "fits none of the permitted forms");
}

static bool check_if(struct check *c, const struct json *condition, const struct json *schema, const struct json *v)
{
	const struct json *next = json_get(schema, fits_silently(c, condition, v) ? "then" : "else");

	return !next || fits(c, next, v);
}

/* "#", or "#/$defs/name": only these are sure to be schemas.  NULL: there is no such part. */
static const struct json *referred(const struct json *root, struct str ref)
{
	static const char defs[] = "#/$defs/";

	if (str_is(ref, "#"))
		return root;
	const struct json *named = str_starts(ref, defs) ? json_get(root, "$defs") : NULL;
	return named ? member_of(named, str_sub(ref, strlen(defs), ref.n)) : NULL;
}

static bool check_ref(struct check *c, const struct json *ref, const struct json *schema, const struct json *v)
{
	const struct json *target = referred(c->s->root, ref->text);

	(void)schema;
	if (c->refs >= REFS_MAX)
		return wrong(c, "the schema refers to itself without end");
	c->refs++;
	bool good = target && fits(c, target, v);
	c->refs--;
	return good;
}

/* ---- the table of keywords ---- */

/* What a keyword's value must be. */
enum shape { ANYTHING, TYPES, TEXTS, TEXT, SIZE, NUMBER, SCHEMA, SCHEMAS, NAMED_SCHEMAS, PATTERN, REFERENCE, VALUES };

typedef bool check_fn(struct check *c, const struct json *of, const struct json *schema, const struct json *v);

static const struct keyword {
	const char *name;
	enum shape shape;
	check_fn *check; /* NULL: an annotation, or read by another one */
} keywords[] = {
	{ "$ref", REFERENCE, check_ref },
	{ "type", TYPES, check_type },
	{ "enum", VALUES, check_enum },
	{ "const", ANYTHING, check_const },
	{ "required", TEXTS, check_required },
	{ "properties", NAMED_SCHEMAS, check_properties },
	{ "additionalProperties", SCHEMA, check_additional },
	{ "items", SCHEMA, check_items },
	{ "minItems", SIZE, check_limit },
	{ "maxItems", SIZE, check_limit },
	{ "minProperties", SIZE, check_limit },
	{ "maxProperties", SIZE, check_limit },
	{ "minLength", SIZE, check_limit },
	{ "maxLength", SIZE, check_limit },
	{ "minimum", NUMBER, check_limit },
	{ "maximum", NUMBER, check_limit },
	{ "exclusiveMinimum", NUMBER, check_limit },
	{ "exclusiveMaximum", NUMBER, check_limit },
	{ "pattern", PATTERN, check_pattern },
	{ "allOf", SCHEMAS, check_all_of },
	{ "anyOf", SCHEMAS, check_any_of },
	{ "if", SCHEMA, check_if },
	{ "then", SCHEMA, NULL },
	{ "else", SCHEMA, NULL },
	{ "$defs", NAMED_SCHEMAS, NULL },
	{ "$schema", TEXT, NULL },
	{ "$id", TEXT, NULL },
	{ "$comment", TEXT, NULL },
	{ "title", TEXT, NULL },
	{ "description", TEXT, NULL },
	{ "format", TEXT, NULL },
	{ "default", ANYTHING, NULL },
	{ "examples", ANYTHING, NULL },
	{ "deprecated", ANYTHING, NULL },
	{ "readOnly", ANYTHING, NULL },
	{ "writeOnly", ANYTHING, NULL },
};

static const struct keyword *keyword_find(struct str name)
{
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (str_is(name, keywords[i].name))
			return &keywords[i];
	return NULL;
}

/* In the order of the table, so that a wrong type is reported before what follows from it. */
static bool fits(struct check *c, const struct json *schema, const struct json *v)
{
	if (schema->type == JSON_BOOL)
		return schema->truth || wrong(c, "is not permitted");
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
		const struct json *of = keywords[i].check ? json_get(schema, keywords[i].name) : NULL;
		if (of && !keywords[i].check(c, of, schema, v))
			return false;
	}
	return true;
}

/* ---- what no schema permits ---- */

static int by_key(const void *x, const void *y)
{
	return str_cmp((*(struct json *const *)x)->key, (*(struct json *const *)y)->key);
}

static bool names_are_unique(struct check *c, const struct json *object)
{
	size_t n = json_count(object), i = 0;
	const struct json **sorted = n ? calloc(n, sizeof(*sorted)) : NULL;
	bool good = true;

	if (n && !sorted)
		out_of_memory();
	JSON_EACH(member, object)
		sorted[i++] = member;
	if (n)
		qsort(sorted, n, sizeof(*sorted), by_key);
	for (i = 1; i < n && good; i++)
		if (str_eq(sorted[i - 1]->key, sorted[i]->key))
			good = wrong(c, "has the member '%.*s' twice",
				(int)(sorted[i]->key.n > 60 ? 60 : sorted[i]->key.n), sorted[i]->key.p);
	free(sorted);
	return good;
}

static bool is_unambiguous(struct check *c, const struct json *v)
{
	if (v->type == JSON_NUMBER)
		return isfinite(number(v)) || wrong(c, "has a number that is too large");
	if (v->type == JSON_OBJECT && !names_are_unique(c, v))
		return false;
	if (v->type == JSON_OBJECT || v->type == JSON_ARRAY)
		JSON_EACH(one, v)
			if (!is_unambiguous(c, one))
				return false;
	return true;
}

bool json_schema_fits(const struct json_schema *s, const struct json *value, const char *name, struct err *err)
{
	struct check c = { .s = s, .err = err };

	path_enter(&c, str_of(name));
	return is_unambiguous(&c, value) && fits(&c, s->root, value);
}

/* ---- reading a schema ---- */

static bool schema_is_valid(struct json_schema *s, const struct json *schema, struct err *err);

static bool all_texts(const struct json *v)
{
	JSON_EACH(one, v)
		if (one->type != JSON_STRING)
			return false;
	return v->type == JSON_ARRAY;
}

static bool is_type_name(const struct json *v)
{
	return str_lists(STR("null|boolean|integer|number|string|array|object"), '|', json_str(v));
}

static bool are_types(const struct json *v)
{
	if (v->type != JSON_ARRAY)
		return v->type == JSON_STRING && is_type_name(v);
	JSON_EACH(one, v)
		if (!is_type_name(one))
			return false;
	return v->first != NULL;
}

static bool schemas_are_valid(struct json_schema *s, const struct json *list, struct err *err)
{
	JSON_EACH(one, list)
		if (!schema_is_valid(s, one, err))
			return false;
	return true;
}

static bool pattern_add(struct json_schema *s, const struct json *pattern, struct err *err)
{
	struct err why = { 0 };
	struct regex *re = pattern->type == JSON_STRING ? regex_new(s->a, str_or_empty(pattern->text), &why) : NULL;

	if (!re)
		return err_set(err, HEAL_WRONG, "the schema's pattern is not valid: %s", why.text);
	*VEC_ADD(s->a, s) = (struct compiled){ pattern, re };
	return true;
}

static bool has_shape(struct json_schema *s, const struct keyword *k, const struct json *v, struct err *err)
{
	switch (k->shape) {
	case ANYTHING:
		return true;
	case TYPES:
		return are_types(v);
	case TEXTS:
		return all_texts(v);
	case TEXT:
		return v->type == JSON_STRING;
	case SIZE:
		return v->type == JSON_NUMBER && number(v) >= 0 && number(v) == floor(number(v));
	case NUMBER:
		return v->type == JSON_NUMBER && isfinite(number(v));
	case SCHEMA:
		return schema_is_valid(s, v, err);
	case SCHEMAS:
		return v->type == JSON_ARRAY && v->first && schemas_are_valid(s, v, err);
	case NAMED_SCHEMAS:
		return v->type == JSON_OBJECT && schemas_are_valid(s, v, err);
	case PATTERN:
		return pattern_add(s, v, err);
	case REFERENCE:
		return v->type == JSON_STRING && referred(s->root, v->text);
	case VALUES:
		return v->type == JSON_ARRAY && v->first;
	}
	return false;
}

static bool schema_is_valid(struct json_schema *s, const struct json *schema, struct err *err)
{
	if (schema->type == JSON_BOOL)
		return true;
	if (schema->type != JSON_OBJECT)
		return err_set(err, HEAL_WRONG, "a schema must be an object or a boolean");
	JSON_EACH(member, schema) {
		const struct keyword *k = keyword_find(member->key);
		if (!k)
			return err_set(
				err, HEAL_WRONG, "the schema's keyword '%.*s' is not supported", STR_ARG(member->key));
		struct err why = { 0 };
		if (has_shape(s, k, member, &why))
			continue;
		if (why.text[0])
			return err_set(err, HEAL_WRONG, "%s", why.text);
		return err_set(err, HEAL_WRONG, "the schema's '%s' is not valid", k->name);
	}
	return true;
}

struct json_schema *json_schema_new(struct arena *a, const struct json *schema, struct err *err)
{
	struct json_schema *s = ARENA_NEW(a, struct json_schema);

	s->a = a;
	s->root = schema;
	if (schema_is_valid(s, schema, err))
		return s;
	json_schema_free(s);
	return NULL;
}

void json_schema_free(struct json_schema *s)
{
	for (size_t i = 0; s && i < s->n; i++)
		regex_free(s->at[i].re);
}
