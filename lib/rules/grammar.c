#include "rules/grammar.h"

#include <string.h>

/* The types in the third column of grammar.def: initializers of struct grammar_value. */
#define TEXT .type = T_TEXT
#define TEMPLATE .type = T_TEMPLATE
#define REGEX .type = T_REGEX
#define SLOT_REGEX .type = T_SLOT_REGEX
#define PREFIXES .type = T_PREFIXES
#define PATHS .type = T_PATHS
#define PATH_TESTS .type = T_PATH_TESTS
#define CAPTURES .type = T_CAPTURES, .inner = CX_CAPTURE
#define NUMBER(l, m) .type = T_NUMBER, .least = (l), .most = (m)
#define DECIMAL(m) .type = T_DECIMAL, .most = (m)
#define FLAG .type = T_FLAG
#define WORD(w) .type = T_WORD, .words = (w)
#define WORD_LIST(w) .type = T_WORD_LIST, .words = (w)
#define ANYTHING .type = T_ANYTHING
#define TEXT_LIST .type = T_TEXT_LIST
#define ARGV .type = T_ARGV
#define ARGVS .type = T_PAIRS
#define PAIRS .type = T_PAIRS
#define REGEX_LIST .type = T_REGEX_LIST
#define RECORDS .type = T_RECORDS
#define LIST(c) .type = T_LIST, .inner = CX_##c
#define MAP(c) .type = T_MAP, .inner = CX_##c
#define MAP_LIST(c) .type = T_MAP_LIST, .inner = CX_##c
#define NAMED(c) .type = T_NAMED, .inner = CX_##c
#define NAMED_TEXT .type = T_NAMED_TEXT
#define NAMED_TEXTS .type = T_NAMED_TEXTS
#define NAMED_WORD(w) .type = T_NAMED_WORD, .words = (w)
#define NAMED_REGEX .type = T_NAMED_SLOT_REGEX
#define NAMED_PATTERN .type = T_NAMED_REGEX

static const struct keyword keywords[] = {
#define CONTEXT(id, name, doc)
#define KEY(context, name, type, presence, beside, doc) { CX_##context, name, { type }, presence, beside, doc },
#define TABLE(name, type, doc)
#include "rules/grammar.def"
#undef CONTEXT
#undef KEY
#undef TABLE
};

static const struct {
	const char *name, *doc;
} contexts[] = {
#define CONTEXT(id, name, doc) { name, doc },
#define KEY(context, name, type, presence, beside, doc)
#define TABLE(name, type, doc)
#include "rules/grammar.def"
#undef CONTEXT
#undef KEY
#undef TABLE
};

static const struct known_table tables[] = {
#define CONTEXT(id, name, doc)
#define KEY(context, name, type, presence, beside, doc)
#define TABLE(name, type, doc) { name, { type }, doc },
#include "rules/grammar.def"
#undef CONTEXT
#undef KEY
#undef TABLE
};

static const struct shape shapes[T_COUNT] = {
	[T_TEXT] = { T_TEXT, T_NONE, T_NONE, "text" },
	[T_TEMPLATE] = { T_TEMPLATE, T_NONE, T_NONE, "text" },
	[T_TYPED] = { T_TYPED, T_NONE, T_NONE, "text" },
	[T_REGEX] = { T_REGEX, T_NONE, T_NONE, "a regular expression" },
	[T_SLOT_REGEX] = { T_SLOT_REGEX, T_NONE, T_NONE, "a regular expression" },
	[T_PREFIX] = { T_PREFIX, T_NONE, T_NONE, "a regular expression" },
	[T_PATH] = { T_PATH, T_NONE, T_NONE, "a path" },
	[T_NUMBER] = { T_NUMBER, T_NONE, T_NONE, "a whole number" },
	[T_DECIMAL] = { T_DECIMAL, T_NONE, T_NONE, "a number" },
	[T_FLAG] = { T_FLAG, T_NONE, T_NONE, "true or false" },
	[T_WORD] = { T_WORD, T_NONE, T_NONE, "a word" },
	[T_ANYTHING] = { T_ANYTHING, T_ANYTHING, T_ANYTHING, "anything" },
	[T_TEXT_LIST] = { T_TEXT, T_TEXT, T_NONE, "text or a list of texts" },
	[T_WORD_LIST] = { T_WORD, T_WORD, T_NONE, "a word or a list of words" },
	[T_ARGV] = { T_TYPED, T_TYPED, T_NONE, "text or a list of texts" },
	[T_REGEX_LIST] = { T_REGEX, T_REGEX, T_NONE, "a regular expression or a list of them" },
	[T_PREFIXES] = { T_NONE, T_PREFIX, T_NONE, "a list of regular expressions" },
	[T_PATHS] = { T_PATH, T_PATH, T_NONE, "a path or a list of paths" },
	[T_PAIRS] = { T_NONE, T_TEXT_LIST, T_NONE, "a list of lists" },
	[T_LIST] = { T_NONE, T_MAP, T_NONE, "a list" },
	[T_RECORDS] = { T_NONE, T_RECORD, T_NONE, "a list" },
	[T_MAP] = { T_NONE, T_NONE, T_KEYWORD, "a map" },
	[T_MAP_LIST] = { T_NONE, T_MAP, T_KEYWORD, "a map or a list of maps" },
	[T_NAMED] = { T_NONE, T_NONE, T_MAP, "a map of maps" },
	[T_NAMED_TEXT] = { T_NONE, T_NONE, T_TEXT, "a map" },
	[T_NAMED_TEXTS] = { T_NONE, T_NONE, T_TEXT_LIST, "a map" },
	[T_NAMED_WORD] = { T_NONE, T_NONE, T_WORD, "a map" },
	[T_NAMED_REGEX] = { T_NONE, T_NONE, T_REGEX, "a map" },
	[T_NAMED_SLOT_REGEX] = { T_NONE, T_NONE, T_SLOT_REGEX, "a map" },
	[T_PATH_TESTS] = { T_PATH, T_PATH, T_REGEX, "a path, a list of paths, or a map from paths to patterns" },
	[T_CAPTURES] = { T_NONE, T_NONE, T_CAPTURE, "a map from names to paths" },
	[T_CAPTURE] = { T_PATH, T_PATH, T_KEYWORD, "a path, a list of paths, or a map" },
	[T_RECORD] = { T_NONE, T_NONE, T_ANYTHING, "a map" },
};

const char *context_name(enum context c)
{
	return contexts[c].name;
}

const char *context_doc(enum context c)
{
	return contexts[c].doc;
}

const struct keyword *context_keywords(enum context c, size_t *n)
{
	size_t all = sizeof(keywords) / sizeof(keywords[0]), from = 0, to;

	while (from < all && keywords[from].context != c)
		from++;
	for (to = from; to < all && keywords[to].context == c;)
		to++;
	*n = to - from;
	return keywords + from;
}

const struct shape *value_shape(enum value_type type)
{
	return &shapes[type];
}

enum context context_of(enum context c, const struct yaml *map)
{
	return c == CX_RULE && yaml_get(map, "document") ? CX_DOCUMENT : c;
}

const struct keyword *keyword_find(enum context c, struct str name)
{
	size_t n;
	const struct keyword *k = context_keywords(c, &n);

	for (size_t i = 0; i < n; i++)
		if (str_is(name, k[i].name))
			return &k[i];
	return NULL;
}

static bool is_supplement(enum context c, const struct yaml *map, struct str name)
{
	size_t n;
	const struct keyword *k = context_keywords(c, &n);

	for (size_t i = 0; i < n; i++)
		if (str_is(name, k[i].name) && k[i].presence != ONE && k[i].beside[0] && keyword_fits(&k[i], map))
			return true;
	return false;
}

bool keyword_active(enum context c, const struct yaml *map, struct str name)
{
	YAML_EACH(item, map)
		if (str_eq(item->key, name))
			return !is_supplement(c, map, name);
	return false;
}

bool keyword_fits(const struct keyword *k, const struct yaml *map)
{
	struct str rest = str_of(k->beside), one;

	if (!rest.n)
		return true;
	while (str_split(&rest, '|', &one))
		if (keyword_active(k->context, map, one))
			return true;
	return false;
}

const struct known_table *table_known(size_t i)
{
	return i < sizeof(tables) / sizeof(tables[0]) ? &tables[i] : NULL;
}

struct grammar_value file_value(const struct yaml *top)
{
	return (struct grammar_value){ .type = T_MAP, .inner = yaml_get(top, "table") ? CX_TABLE : CX_PACK };
}

/* The rows of a table that heal reads have a type, and the keys of its groups are values of the rows. */
static struct grammar_value rows_value(const struct yaml *table, struct grammar_value otherwise)
{
	struct str name = yaml_str(yaml_get(table, "table"));

	for (size_t i = 0; table_known(i); i++)
		if (str_is(name, table_known(i)->name))
			return table_known(i)->rows;
	return otherwise;
}

static struct grammar_value member_value(enum context c, const struct yaml *map, const struct yaml *member)
{
	const struct keyword *k = keyword_find(context_of(c, map), member->key);

	if (!k)
		return (struct grammar_value){ .type = T_NONE };
	return c == CX_TABLE && str_is(member->key, "rows") ? rows_value(map, k->value) : k->value;
}

struct grammar_value grammar_child(struct grammar_value of, const struct yaml *parent, const struct yaml *child)
{
	const struct shape *s = &shapes[of.type];
	enum value_type type = parent->kind == YAML_LIST ? s->item : parent->kind == YAML_MAP ? s->member : T_NONE;

	if (type == T_KEYWORD)
		return member_value(of.inner, parent, child);
	of.type = type;
	return of;
}
