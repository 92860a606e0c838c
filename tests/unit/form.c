/* form - forms of lines: their slots, alternatives and limits, and what a diagnostic is without a severity */
#include "rules/form.h"

#include <stdlib.h>

#include "pack_of.h"
#include "rules/form_shape.h"
#include "rules/pack_rules.h"
#include "rules/yaml_tree.h"
#include "tap.h"

static struct arena a;
static struct pack *opened[256];
static size_t opened_n;

/* A pack that stays open until the end. */
static struct pack *pack_kept(struct str image, struct err *err)
{
	return opened_n < 256 ? opened[opened_n++] = pack_from_image(image, err) : NULL;
}
static struct node tables;

/* More alternatives than a word has bits. */
#define EIGHT(p) "'" p "0', '" p "1', '" p "2', '" p "3', '" p "4', '" p "5', '" p "6', '" p "7', "

static const char *const yaml[] = {
	"table: forms\nrows:\n"
	"  position: ['{line}:{column}', '{line}']\n"
	"  place: ['{file}:{position}', '{file}({position})', '\"{file}\", line {line}']\n"
	"  choice: ['a', 'ab']\n"
	"  many: [" EIGHT("a") EIGHT("b") EIGHT("c") EIGHT("d") EIGHT("e") EIGHT("f") EIGHT("g") EIGHT("h")
		EIGHT("i") "'zz']\n",
	"table: levels\ngroups:\n  error: error e\n  warning: warning w\n  info: info\nrows:\n  fatal error: fatal\n",
	"table: file-names\nrows:\n  names: [Makefile, '<stdin>']\n  hosts: [com]\n",
	"table: diagnostic-words\nrows:\n  error: [undefined, not found]\n  warning: [unused]\n  harmless: [in "
	"function]\n",
};

/* A list of forms as a node, by a pack of its own. */
static struct forms *forms_of(const char *form)
{
	const char *texts[] = { yaml[0], yaml[1], yaml[2], yaml[3] };
	struct err err = { 0 };
	struct pack *p = pack_kept(image_of(&a, texts, 4), &err);
	struct node list;

	if (!p)
		return NULL;
	tables = pack_tables(p);
	const char *own[] = { arena_printf(&a, "table: own\nrows: ['%s']\n", form).p };
	struct pack *q = pack_kept(image_of(&a, own, 1), &err);
	list = pack_table(q, "own");
	struct forms *f = forms_new(form_library_new(&a, tables), list, &err);
	if (!f)
		printf("# %s\n", err.text);
	return f;
}

/* Has the line the shape of the form, without which no rule with it is tried? */
static bool may_have(const char *form, const char *line)
{
	struct err err;
	const struct yaml *table = yaml_get(yaml_read(&a, str_of(yaml[0]), "table", &err), "rows");
	const struct yaml *list = yaml_read(&a, arena_printf(&a, "- '%s'\n", form), "form", &err);
	uint64_t shapes[SHAPES_MOST], shape = line_shape(str_of(line));

	return shape_fits(shapes, form_shapes(table, list, SHAPE_BYTES, shapes), shape) &&
		shape_fits(shapes, form_shapes(table, list, SHAPE_NEIGHBOURS, shapes), shape);
}

static const struct {
	const char *form, *line, *what;
	bool may;
} shapes[] = {
	{ "{place}: {text}", "no place", "a line without a digit has no place", false },
	{ "{place}: {text}", "a9 b: c", "nor has one with a digit behind a letter", false },
	{ "{place}: {text}", "a.c:9: b", "one with a colon and a digit may have one", true },
	{ "{place}: {text}", "a.c(9): b", "and one with a parenthesis", true },
	{ "\"{file}\", line {line}", "x 9", "a word of the form is not there", false },
	{ "{bullet?}{line} {text}", "9 b", "a part that is not known, and may be absent", true },
	{ "({line}?", "(9?", "a digit between signs that have no bit", true },
	{ "{line}:{line}", "9:", "a digit is behind the colon", false },
	{ "{words}", "a", "any line has words", true },
	{ "{many}", "zz", "more alternatives than are kept", true },
	{ "a{one}9", "a 9", "a digit of the form itself", true },
	{ "a{one}9", "a9", "which a blank precedes", false },
};

static void test_shapes(void)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		is_int(may_have(shapes[i].form, shapes[i].line), shapes[i].may, shapes[i].what);
}

/* What a form takes of a line: "file|line|column|level|code|message", or "-". */
static struct str taken(const char *form, const char *line)
{
	static const char *const names[] = { "file", "line", "column", "level", "code", "message" };
	struct forms *f = forms_of(form);
	struct match m;
	struct str out = STR("");

	struct form_facts facts = { .known = false };
	bool fits = f && forms_match(f, str_of(line), &facts, &m);
	if (fits && !may_have(form, line))
		return STR("a line of the form that lacks its shape");
	for (int i = 0; f && i < 2; i++)
		if (forms_match(f, str_of(line), i ? &facts : NULL, NULL) != fits)
			return STR("one thing with what is known of the line, another without");
	if (!fits)
		return STR("-");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		out = arena_printf(&a, "%.*s%s%.*s", STR_ARG(out), i ? "|" : "", STR_ARG(match_get(&m, names[i])));
	return out;
}

static const struct {
	const char *form, *name, *line, *taken;
} cases[] = {
	/* places */
	{ "{place}: {text}", "a file, a line, a column", "a/b.c:12:5: bad thing", "a/b.c|12|5|||bad thing" },
	{ "{place}: {text}", "alternatives", "a/b.c(12): bad thing", "a/b.c|12||||bad thing" },
	{ "{place}: {text}", "a quoted name has blanks", "\"x y\", line 3: bad thing", "x y|3||||bad thing" },
	{ "{place}: {text}", "a name of the table", "Makefile:3: bad thing", "Makefile|3||||bad thing" },
	{ "{place}: {text}", "a drive", "C:\\a.c:3: bad thing", "C:\\a.c|3||||bad thing" },
	{ "{place}: {text}", "a time is no file", "12:34:56: bad thing", "-" },
	{ "{place}: {text}", "nor is a host", "example.com:443: bad thing", "-" },
	{ "{place}: {text}", "nor is an address", "http://a/b:80: bad thing", "-" },
	{ "{place}: {text}", "nor is a version", "1.2.3:4: bad thing", "-" },
	{ "{place}: {text}", "nor is a date", "2023/06/01:4: bad thing", "-" },
	{ "{file}@{line}:{column} {text}", "a position behind @", "a.c@3:4 bad thing", "a.c|3|4|||bad thing" },
	{ "{file}:{line}: {text}", "@ in a name", "a@1.2/b.c:3: bad thing", "a@1.2/b.c|3||||bad thing" },
	{ "{place}: {text}", "a number has a limit", "a.c:12345678901: bad thing", "-" },
	/* words */
	{ "{place}: {level}: {text}", "a level of two words, in any case", "a.c:1: Fatal Error: bad thing",
		"a.c|1||Fatal Error||bad thing" },
	{ "{place}: {level}: {text}", "a level is a whole word", "a.c:1: errors: bad thing", "-" },
	{ "{place}: {letter}: {text}", "a letter", "a.c:1: W: bad thing", "a.c|1||W||bad thing" },
	{ "{failure}: {text}", "a failure is no information", "info: bad thing", "-" },
	{ "{code} {text}", "a code", "E501 line too long", "||||E501|line too long" },
	{ "{code} {text}", "a word is none", "line too long", "-" },
	{ "{id} {text}", "a rule's name before a sentence", "no-undef foo is gone", "||||no-undef|foo is gone" },
	{ "{id} {text}", "a variable is none", "readFile is not defined", "-" },
	{ "{id} {text}", "unless a sentence begins behind it", "UseTone Do not mix", "||||UseTone|Do not mix" },
	{ "{text}", "a tag at the end is the code", "line too long [too-long] [4]", "||||too-long|line too long" },
	{ "{choice}c", "an alternative that does not fit later is taken back", "abc", "|||||" },
	{ "{many}", "the last of many alternatives", "zz", "|||||" },
	{ "{many}", "one of many that begin alike", "i6", "|||||" },
	{ "{many}", "none of many", "i8", "-" },
	/* blanks */
	{ "{level}: {text}", "a blank stands for several", "error:   bad thing", "|||error||bad thing" },
	{ "{level}:{one}{text}", "{one} for one", "error:  bad thing", "-" },
	{ "{level}{ }:{ }{text}", "{ } for any number", "error:bad thing", "|||error||bad thing" },
	{ "{level?}{ }x {text}", "what is optional may be absent", "x bad thing", "|||||bad thing" },
	{ "{level}: {text}.", "a text ends where the rest begins", "error: bad. thing.  ", "|||error||bad. thing" },
	/* prose */
	{ "{place}: {prose}", "words of an error", "a.c:3: undefined name x", "a.c|3||error||undefined name x" },
	{ "{place}: {prose}", "words of a warning", "a.c:3: unused name x", "a.c|3||warning||unused name x" },
	{ "{place}: {prose}", "two words", "a.c:3: x was not found", "a.c|3||error||x was not found" },
	{ "{place}: {prose}", "other words", "a.c:3: started the engine", "-" },
	{ "{place}: {prose}", "indented code", "a.c:3:    undefined name x", "-" },
	{ "{place}: {prose}", "code", "a.c:3: if (undefined x) {", "-" },
	{ "{place}: {prose}", "where it happened", "a.c:3: In function undefined x", "-" },
	{ "{place}: {prose}", "a name in code", "a.c:3: undefined_name = 4", "-" },
};

static void test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_str(taken(cases[i].form, cases[i].line), cases[i].taken, cases[i].name);
}

static void test_limits(void)
{
	size_t n = 200000;
	char *line = malloc(n + 1);

	for (size_t i = 0; i < n; i++)
		line[i] = "a (b: "[i % 6];
	line[n] = '\0';
	is_str(taken("{text} ({words} ({words} ({place}: {text}", line), "-", "a hostile line ends within the steps");
	free(line);
	ok(!forms_of("{nosuch}: {text}"), "a slot that is not there");
	ok(forms_of("{text} {") != NULL, "a brace that opens no slot");
	char many[4 * FORM_PIECES_MAX + 8] = "";
	for (unsigned i = 0; i <= FORM_PIECES_MAX; i++)
		strcat(many, i % 2 ? " " : "a");
	ok(!forms_of(many), "a form of too many parts");
}

int main(void)
{
	stdio_begin("unit-form");
	test_shapes();
	test_cases();
	test_limits();
	while (opened_n)
		pack_free(opened[--opened_n]);
	arena_free(&a);
	return tap_end();
}
