/* language - which language a file is in, and what of it is code */
#include "lang/language.h"

#include "pack_of.h"
#include "tap.h"

static const char table[] =
	"table: languages\n"
	"rows:\n"
	"  c:\n"
	"    extensions: [.c, .h]\n"
	"    line_comments: ['//']\n"
	"    block_comments: [['/*', '*/']]\n"
	"    strings: [{quote: '\"'}, {quote: \"'\"}]\n"
	"  python:\n"
	"    extensions: [.py]\n"
	"    interpreters: [python3]\n"
	"    line_comments: ['#']\n"
	"    strings: [{quote: '\"\"\"', multiline: true}, {quote: '\"'}, {quote: \"'\"}]\n"
	"  sh:\n"
	"    interpreters: [sh, bash]\n"
	"    line_comments: ['#']\n"
	"    comment_at_word: true\n"
	"    strings: [{quote: '\"', multiline: true}, {quote: \"'\", multiline: true, raw: true}]\n"
	"  rust:\n"
	"    extensions: [.rs]\n"
	"    strings: [{quote: '\"', multiline: true}, {quote: \"'\", only: one-character}]\n"
	"  make:\n"
	"    names: [Makefile]\n";

static struct arena a;
static struct pack *pack;

static bool is_in(const char *path, const char *text, const char *name)
{
	struct node row = language_of(pack, str_of(path), str_of(text));
	struct node wanted = node_get(pack_table(pack, "languages"), name);

	return row.image == wanted.image && row.at == wanted.at;
}

static void test_languages(void)
{
	ok(is_in("src/a.c", "", "c"), "an extension tells");
	ok(is_in("Makefile", "#!/bin/sh\n", "make"), "a name tells more");
	ok(is_in("bin/x", "#!/bin/sh -e\n", "sh"), "the first line tells where nothing else does");
	ok(is_in("bin/x", "#!/usr/bin/env python3\n", "python"), "also through env");
	ok(is_in("bin/x", "#!/usr/bin/env -S python3 -u\n", "python"), "and its options");
	ok(is_in("a.c", "#!/bin/sh\n", "c"), "the extension goes first");
	ok(!language_of(pack, STR("x"), STR("text")).image, "what tells nothing is unknown");
	ok(!language_of(pack, STR("x"), STR("#!")).image, "so is an empty first line");
	ok(!language_of(pack, STR("x.unknown"), STR("")).image, "and a strange extension");
}

static void code(const char *language, const char *text, const char *want, const char *what)
{
	struct node row = node_get(pack_table(pack, "languages"), language);

	is_str(code_only(&a, row, str_of(text)), want, what);
}

static void test_code(void)
{
	code("c", "a; // x (\nb;", "a;       \nb;", "a comment to the end of the line is blanked");
	code("c", "a /* { \n } */ b", "a      \n      b", "one over lines, but for the newlines");
	code("c", "a /* {", "a     ", "one that is not closed to the end");
	code("c", "f(\"a)\\\"b\", ')');", "f(\"     \", ' ');", "strings are blanked between their quotes");
	code("rust", "f('(', '\\'', '\\u{1f}', &'a x)", "f(' ', '  ', '      ', &'a x)",
		"a character is blanked, a lifetime is code");
	code("c", "f(\"// no\");", "f(\"     \");", "a comment in a string is none");
	code("c", "f(\"abc);\ng();", "f(\"     \ng();",
		"a string that is not closed ends with its line, and is no code");
	code("c", "f(\"a\\", "f(\"  ", "nor at the end of the file");
	code("c", "\"\" x", "\"\" x", "an empty string is two quotes");
	code("python", "x = \"\"\"a\n(\n\"\"\"\ny", "x = \"\"\" \n \n\"\"\"\ny", "a string of many lines");
	code("python", "'a#b' # c", "'   '    ", "the other comment");
	code("sh", "echo a#b # c", "echo a#b    ", "a shell's comment begins at a word");
	code("sh", "echo '\\' # c", "echo ' '    ", "its single quotes know no escapes");
	struct node none = { NULL, 0 };
	is_str(code_only(&a, none, STR("// x")), "// x", "of an unknown language everything is code");
	is_int((long)code_only(&a, none, STR("")).n, 0, "nothing is nothing");
}

int main(void)
{
	stdio_begin("unit-language");
	pack = pack_of(table);
	test_languages();
	test_code();
	pack_free(pack);
	arena_free(&a);
	return tap_end();
}
