/* form - forms of lines: their slots, alternatives and limits, and what a diagnostic is without a severity */
#include "rules/form.h"

#include <stdlib.h>

#include "pack_of.h"
#include "rules/pack_rules.h"
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

static const char *const yaml[] = {
	"table: forms\nrows:\n"
	"  position: ['{line}:{column}', '{line}']\n"
	"  place: ['{file}:{position}', '{file}({position})', '\"{file}\", line {line}']\n"
	"  choice: ['a', 'ab']\n",
	"table: levels\ngroups:\n  error: error e\n  warning: warning w\n  info: info\nrows:\n  fatal error: fatal\n",
	"table: file-names\nrows: [Makefile, '<stdin>']\n",
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
	struct forms *f = forms_new(&a, tables, list, &err);
	if (!f)
		printf("# %s\n", err.text);
	return f;
}

/* What a form takes of a line: "file|line|column|level|code|message", or "-". */
static struct str taken(const char *form, const char *line)
{
	static const char *const names[] = { "file", "line", "column", "level", "code", "message" };
	struct forms *f = forms_of(form);
	struct match m;
	struct str out = STR("");

	if (!f || !forms_match(f, str_of(line), &m))
		return STR("-");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		out = arena_printf(&a, "%.*s%s%.*s", STR_ARG(out), i ? "|" : "", STR_ARG(match_get(&m, names[i])));
	return out;
}

static void test_places(void)
{
	is_str(taken("{place}: {text}", "a/b.c:12:5: bad thing"), "a/b.c|12|5|||bad thing", "a file, a line, a column");
	is_str(taken("{place}: {text}", "a/b.c(12): bad thing"), "a/b.c|12||||bad thing", "alternatives");
	is_str(taken("{place}: {text}", "\"x y\", line 3: bad thing"), "x y|3||||bad thing",
		"a quoted name has blanks");
	is_str(taken("{place}: {text}", "Makefile:3: bad thing"), "Makefile|3||||bad thing", "a name of the table");
	is_str(taken("{place}: {text}", "C:\\a.c:3: bad thing"), "C:\\a.c|3||||bad thing", "a drive");
	is_str(taken("{place}: {text}", "12:34:56: bad thing"), "-", "a time is no file");
	is_str(taken("{place}: {text}", "example.com:443: bad thing"), "-", "nor is a host");
	is_str(taken("{place}: {text}", "http://a/b:80: bad thing"), "-", "nor is an address");
	is_str(taken("{place}: {text}", "1.2.3:4: bad thing"), "-", "nor is a version");
	is_str(taken("{place}: {text}", "2023/06/01:4: bad thing"), "-", "nor is a date");
	is_str(taken("{place}: {text}", "a.c:12345678901: bad thing"), "-", "a number has a limit");
}

static void test_words(void)
{
	is_str(taken("{place}: {level}: {text}", "a.c:1: Fatal Error: bad thing"), "a.c|1||Fatal Error||bad thing",
		"a level of two words, in any case");
	is_str(taken("{place}: {level}: {text}", "a.c:1: errors: bad thing"), "-", "a level is a whole word");
	is_str(taken("{place}: {letter}: {text}", "a.c:1: W: bad thing"), "a.c|1||W||bad thing", "a letter");
	is_str(taken("{failure}: {text}", "info: bad thing"), "-", "a failure is no information");
	is_str(taken("{code} {text}", "E501 line too long"), "||||E501|line too long", "a code");
	is_str(taken("{code} {text}", "line too long"), "-", "a word is none");
	is_str(taken("{text}", "line too long [too-long] [4]"), "||||too-long|line too long",
		"a tag at the end is the code");
	is_str(taken("{choice}c", "abc"), "|||||", "an alternative that does not fit later is taken back");
}

static void test_blanks(void)
{
	is_str(taken("{level}: {text}", "error:   bad thing"), "|||error||bad thing", "a blank stands for several");
	is_str(taken("{level}:{one}{text}", "error:  bad thing"), "-", "{one} for one");
	is_str(taken("{level}{ }:{ }{text}", "error:bad thing"), "|||error||bad thing", "{ } for any number");
	is_str(taken("{level?}{ }x {text}", "x bad thing"), "|||||bad thing", "what is optional may be absent");
	is_str(taken("{level}: {text}.", "error: bad. thing.  "), "|||error||bad. thing",
		"a text ends where the rest begins");
}

static void test_prose(void)
{
	is_str(taken("{place}: {prose}", "a.c:3: undefined name x"), "a.c|3||error||undefined name x",
		"words of an error");
	is_str(taken("{place}: {prose}", "a.c:3: unused name x"), "a.c|3||warning||unused name x",
		"words of a warning");
	is_str(taken("{place}: {prose}", "a.c:3: x was not found"), "a.c|3||error||x was not found", "two words");
	is_str(taken("{place}: {prose}", "a.c:3: started the engine"), "-", "other words");
	is_str(taken("{place}: {prose}", "a.c:3:    undefined name x"), "-", "indented code");
	is_str(taken("{place}: {prose}", "a.c:3: if (undefined x) {"), "-", "code");
	is_str(taken("{place}: {prose}", "a.c:3: In function undefined x"), "-", "where it happened");
	is_str(taken("{place}: {prose}", "a.c:3: undefined_name = 4"), "-", "a name in code");
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
}

int main(void)
{
	stdio_begin("unit-form");
	test_places();
	test_words();
	test_blanks();
	test_prose();
	test_limits();
	while (opened_n)
		pack_free(opened[--opened_n]);
	arena_free(&a);
	return tap_end();
}
