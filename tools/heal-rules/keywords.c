/* heal-rules keywords: the grammar as a list, and as the section of heal-rules(5) that is made from it */
#include "keywords.h"

#include <string.h>

#include "base/io.h"
#include "rules/grammar.h"

/* What a value holds, in words. */
static struct str holds(struct arena *a, const struct grammar_value *v)
{
	struct str words = STR(""), rest = str_of(v->words ? v->words : ""), one;

	while (str_split(&rest, '|', &one))
		words = arena_printf(a, "%.*s%s%.*s", STR_ARG(words), words.n ? ", " : "", STR_ARG(one));
	switch (v->type) {
	case T_TEMPLATE:
		return STR("template");
	case T_SLOT_REGEX:
		return STR("a regular expression with slots");
	case T_ARGV:
		return STR("template, or a list of them, each slot with a type");
	case T_WORD:
		return arena_printf(a, "one of %.*s", STR_ARG(words));
	case T_WORD_LIST:
		return arena_printf(a, "one or several of %.*s", STR_ARG(words));
	case T_NAMED_WORD:
		return arena_printf(a, "a map to one of %.*s", STR_ARG(words));
	case T_NUMBER:
	case T_DECIMAL:
		return arena_printf(a, "%s from %.0f to %.0f", value_shape(v->type)->name, v->least, v->most);
	case T_NAMED_TEXTS:
		return STR("a map to lists of texts");
	case T_NAMED_REGEX:
	case T_NAMED_SLOT_REGEX:
		return STR("a map to regular expressions");
	case T_LIST:
		return arena_printf(a, "a list of maps: %s", context_name(v->inner));
	case T_MAP:
	case T_MAP_LIST:
	case T_NAMED:
		return arena_printf(a, "%s: %s", value_shape(v->type)->name, context_name(v->inner));
	default:
		return str_of(value_shape(v->type)->name);
	}
}

static struct str stands(struct arena *a, const struct keyword *k)
{
	struct str others = STR(""), rest = str_of(k->beside), one;
	const char *presence = k->presence == MUST ? "required" : k->presence == ONE ? "exactly one of these" : "";

	while (str_split(&rest, '|', &one))
		others = arena_printf(a, "%.*s%s%.*s", STR_ARG(others), others.n ? ", " : "", STR_ARG(one));
	if (!others.n)
		return str_of(presence);
	return arena_printf(a, "%s%sbeside %.*s", presence, presence[0] ? " " : "", STR_ARG(others));
}

static void list_show(struct arena *a)
{
	size_t n;

	for (int c = 0; c < CX_COUNT; c++) {
		const struct keyword *k = context_keywords((enum context)c, &n);
		for (size_t i = 0; i < n; i++)
			printf("%s\t%s\t%.*s\t%.*s\t%s\n", context_name((enum context)c), k[i].name,
				STR_ARG(holds(a, &k[i].value)), STR_ARG(stands(a, &k[i])), k[i].doc);
	}
	for (size_t i = 0; table_known(i); i++)
		printf("table\t%s\t%.*s\t\t%s\n", table_known(i)->name, STR_ARG(holds(a, &table_known(i)->rows)),
			table_known(i)->doc);
}

/* ---- mdoc ---- */

/* Words of the grammar as mdoc text: nothing in them is a request or an escape. */
static void mdoc_text(struct str s)
{
	if (s.n && (s.p[0] == '.' || s.p[0] == '\''))
		printf("\\&");
	for (size_t i = 0; i < s.n; i++)
		printf(s.p[i] == '\\' ? "\\e" : "%c", s.p[i]);
	putchar('\n');
}

static void mdoc_row(struct arena *a, const char *name, struct str kind, const char *doc)
{
	printf(".It Cm %s\n", name);
	mdoc_text(str_of(doc));
	printf(".br\n");
	mdoc_text(arena_printf(a, "(%.*s)", STR_ARG(kind)));
}

static void mdoc_context(struct arena *a, enum context c)
{
	size_t n;
	const struct keyword *k = context_keywords(c, &n);

	printf(".Ss Members of a %s\n", context_name(c));
	mdoc_text(str_of(context_doc(c)));
	printf(".Bl -tag -width indent -compact\n");
	for (size_t i = 0; i < n; i++) {
		struct str kind = holds(a, &k[i].value), where = stands(a, &k[i]);
		if (where.n)
			kind = arena_printf(a, "%.*s; %.*s", STR_ARG(kind), STR_ARG(where));
		mdoc_row(a, k[i].name, kind, k[i].doc);
	}
	printf(".El\n");
}

static void mdoc_tables(struct arena *a)
{
	for (size_t i = 0; table_known(i); i++)
		mdoc_row(a, table_known(i)->name, holds(a, &table_known(i)->rows), table_known(i)->doc);
}

int keywords_show(struct arena *a, const char *page)
{
	struct str text, line;
	struct err err;

	if (!page) {
		list_show(a);
		return HEAL_OK;
	}
	if (!file_read(a, page, 1 << 20, &text, &err))
		die(err.status, "%s", err.text);
	while (str_line(&text, &line))
		if (str_is(line, "@KEYWORDS@"))
			for (int c = 0; c < CX_COUNT; c++)
				mdoc_context(a, (enum context)c);
		else if (str_is(line, "@TABLES@"))
			mdoc_tables(a);
		else
			printf("%.*s\n", STR_ARG(line));
	return HEAL_OK;
}
