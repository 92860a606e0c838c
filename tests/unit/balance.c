/* balance - where a bracket or a closing word may have got lost: among the places is the right one */
#include "lang/balance.h"

#include "lang/language.h"
#include "pack_of.h"
#include "tap.h"

static const char table[] = "table: languages\n"
			    "rows:\n"
			    "  c:\n"
			    "    extensions: [.c]\n"
			    "    line_comments: ['//']\n"
			    "    strings: [{quote: '\"'}]\n"
			    "    brackets: ['{}', '()', '[]']\n"
			    "  sh:\n"
			    "    extensions: [.sh]\n"
			    "    line_comments: ['#']\n"
			    "    strings: [{quote: '\"', multiline: true}]\n"
			    "    blocks:\n"
			    "      - {open: '^\\s*if\\b', close: '^\\s*fi\\b', text: fi, middle: '^\\s*else\\b'}\n"
			    "      - {open: '^\\s*(?:for|while)\\b', close: '^\\s*done\\b', text: done}\n";

enum { ROOM = 8 };

static struct arena a;
static struct pack *pack;

static size_t places(const char *path, const char *text, enum balance what, struct token_edit *out, size_t room)
{
	struct text *x = text_new(&a, str_of(path), str_of(text));

	return balance_find(&a, language_of(pack, x->path, x->all), x, what, out, room);
}

/* The text with the place's change made. */
static struct str changed(const char *text, const struct token_edit *p)
{
	struct text *x = text_new(&a, STR("x"), str_of(text));
	size_t at = text_offset(x, p->line, p->column);

	if (at == SIZE_MAX)
		return STR("(no such place)");
	return arena_printf(&a, "%.*s%.*s%s", (int)at, text, STR_ARG(p->text), text + at + p->old.n);
}

static void finds(const char *path, enum balance what, const char *broken, const char *whole, const char *name)
{
	struct token_edit out[ROOM];
	size_t n = places(path, broken, what, out, ROOM);
	bool good = false;

	for (size_t i = 0; i < n; i++)
		good |= str_is(changed(broken, &out[i]), whole);
	if (!ok(good, name))
		for (size_t i = 0; i < n; i++)
			printf("# %lld:%lld '%.*s'\n", (long long)out[i].line, (long long)out[i].column,
				STR_ARG(out[i].text));
}

static void test_close(void)
{
	finds("a.c", BALANCE_CLOSE, "f(1;\ng();\n", "f(1);\ng();\n", "a parenthesis before what ends the statement");
	finds("a.c", BALANCE_CLOSE, "x[1;\n", "x[1];\n", "a bracket");
	finds("a.c", BALANCE_CLOSE, "f() {\n\tif (x) {\n\t\ty;\n}\ng() {\n}\n",
		"f() {\n\tif (x) {\n\t\ty;\n\t}\n}\ng() {\n}\n", "a brace where the indentation went back");
	finds("a.c", BALANCE_CLOSE, "f() {\n\tx;\n", "f() {\n\tx;\n}\n", "a brace at the end");
	finds("a.c", BALANCE_CLOSE, "f() {\n\tx;", "f() {\n\tx;\n}", "also without a last newline");
	finds("a.c", BALANCE_CLOSE, "if (f(x) {\n\ty;\n}\n", "if (f(x)) {\n\ty;\n}\n", "before a brace");
	finds("a.c", BALANCE_CLOSE, "f() {\n\tif (x) {\n\t\ty;\n\t else {\n\t\tz;\n\t}\n}\n",
		"f() {\n\tif (x) {\n\t\ty;\n\t} else {\n\t\tz;\n\t}\n}\n", "before what goes on in its line");
	finds("a.c", BALANCE_CLOSE, "name a {\nf() {\n\tx;\n}\ng() {\n\tx;\n}\n",
		"name a {\nf() {\n\tx;\n}\ng() {\n\tx;\n}\n}\n",
		"of a block whose body stands no deeper, at the end of all");
	finds("a.c", BALANCE_CLOSE, "#ifndef A\nname a {\nf();\n#endif\n", "#ifndef A\nname a {\nf();\n}\n#endif\n",
		"of such a block within a guard");
	finds("a.c", BALANCE_CLOSE, "name a {\nf() {\n\tx;\n\ng() {\n\tx;\n}\n}\n",
		"name a {\nf() {\n\tx;\n}\n\ng() {\n\tx;\n}\n}\n", "of the block in it that took its end");
	finds("a.c", BALANCE_CLOSE, "f() {\n#if A\n\tx;\n#endif\nout:\n\ty;\ng() {\n}\n",
		"f() {\n#if A\n\tx;\n#endif\nout:\n\ty;\n}\ng() {\n}\n",
		"neither a label nor the preprocessor ends a block");
	finds("a.c", BALANCE_CLOSE, "f(1,\n  g(2);\nh();\n", "f(1,\n  g(2));\nh();\n",
		"at the end of a statement of several lines");
	finds("a.c", BALANCE_CLOSE, "f(1; // x\n", "f(1); // x\n", "before a comment");
	finds("a.sh", BALANCE_CLOSE, "if true; then\n  echo\n", "if true; then\n  echo\nfi\n",
		"a word that closes a block");
	finds("a.sh", BALANCE_CLOSE, "if x; then\n  a\nelse\n  b\nc\n", "if x; then\n  a\nelse\n  b\nfi\nc\n",
		"after the else");
	finds("a.c", BALANCE_CLOSE, "f(\n\t1,\n\t2\ng();\n", "f(\n\t1,\n\t2\n)\ng();\n",
		"a list with an element a line");
	finds("a.sh", BALANCE_CLOSE, "for x in y; do\n  if z; then\n    echo\ndone\n",
		"for x in y; do\n  if z; then\n    echo\n  fi\ndone\n", "one within another");
}

static void test_others(void)
{
	finds("a.c", BALANCE_EXTRA, "name a {\nf() {\n\tx;\n}\n}\ng() {\n\tx;\n}\n}\n",
		"name a {\nf() {\n\tx;\n}\ng() {\n\tx;\n}\n}\n", "a brace that stands twice");
	finds("a.c", BALANCE_EXTRA, "f(1));\n", "f(1);\n", "one too many");
	finds("a.c", BALANCE_EXTRA, "f() {\n}\n}\n", "f() {\n}\n", "one too many takes its line with it");
	finds("a.c", BALANCE_EXTRA, "f() {\n\tif (x) {\n\t\ty;\n\t}}\n\tz;\n}\n",
		"f() {\n\tif (x) {\n\t\ty;\n\t}\n\tz;\n}\n", "the one that stands deeper than what it would close");
	finds("a.c", BALANCE_EXTRA, "f() {\n\tif (x) {\n\t\ty;\n}\n\t\tz;\n\t}\n}\n",
		"f() {\n\tif (x) {\n\t\ty;\n\t\tz;\n\t}\n}\n",
		"the one that stands less deep, with deeper lines below");
	struct token_edit out[ROOM];
	ok(places("a.c", "f() {\n\tif (x) {\n\t\ty;\n}\n\t\tz;\n\t}\n}\n", BALANCE_OPEN, out, ROOM) == 0,
		"the end of a block opens none");
	finds("a.c", BALANCE_OPEN, "f()\n\tx;\n}\n", "f() {\n\tx;\n}\n", "a function's brace");
	finds("a.c", BALANCE_OPEN, "f() {\n\tif (x)\n\t\ty;\n\t}\n\tz;\n}\n",
		"f() {\n\tif (x) {\n\t\ty;\n\t}\n\tz;\n}\n", "an inner one");
	finds("a.c", BALANCE_OPEN, "g()\n{\n}\nf()\n\tx;\n}\n", "g()\n{\n}\nf()\n{\n\tx;\n}\n",
		"as the file's others stand");
	finds("a.c", BALANCE_SWAP, "f(1];\n", "f(1);\n", "one of another kind");
	finds("a.c", BALANCE_SWAP, "x = {1, 2);\n", "x = {1, 2};\n", "the other way round");
}

static void test_none(void)
{
	struct token_edit out[ROOM];

	is_int((long)places("a.c", "f(x) { y[1]; }\n", BALANCE_CLOSE, out, ROOM), 0, "what is whole lacks nothing");
	is_int((long)places("a.c", "f(\"(\"); // (\n", BALANCE_CLOSE, out, ROOM), 0,
		"brackets in strings and comments do not count");
	is_int((long)places("a.c", "f(x) { y[1]; }\n", BALANCE_EXTRA, out, ROOM), 0, "nor has it too many");
	is_int((long)places("a.txt", "f(", BALANCE_CLOSE, out, ROOM), 0, "an unknown language has no brackets");
	is_int((long)places("a.c", "", BALANCE_CLOSE, out, ROOM), 0, "nor has nothing");
	is_int((long)places("a.c", "\xef\xbb\xbf", BALANCE_CLOSE, out, ROOM), 0, "nor a byte order mark");
}

/* Any text: no more places than room, each in the file, weights falling. */
static void test_any(void)
{
	static const char letters[] = "(){}[]\n\n  x;\"\\/\t";
	char text[200];
	struct token_edit out[ROOM];
	uint32_t seed = 7;
	bool good = true;

	for (int round = 0; good && round < 4000; round++) {
		size_t n = 0, most = (seed >> 8) % 190, room = (seed >> 4) % (ROOM + 1);
		for (; n < most; n++) {
			seed = seed * 1103515245u + 12345u;
			text[n] = letters[(seed >> 16) % (sizeof(letters) - 1)];
		}
		text[n] = '\0';
		for (int what = 0; good && what < 3; what++) {
			size_t found = places("a.c", text, (enum balance)what, out, room);
			good = found <= room;
			struct text *x = text_new(&a, STR("x"), str_of(text));
			for (size_t i = 0; good && i < found; i++)
				good = text_offset(x, out[i].line, out[i].column) != SIZE_MAX &&
					(i == 0 || out[i].weight < out[i - 1].weight);
		}
		arena_reset(&a);
	}
	ok(good, "whatever the text, the places are in it");
}

int main(void)
{
	stdio_begin("unit-balance");
	pack = pack_of(table);
	test_close();
	test_others();
	test_none();
	test_any();
	pack_free(pack);
	arena_free(&a);
	return tap_end();
}
