/* slip - one token lost or mistyped: among the places is the right one, and nothing that does not parse */
#include "lang/token_repair.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "lang/checker.h"
#include "lang/language.h"
#include "lang/statement.h"
#include "pack_of.h"
#include "tap.h"

static const char table[] =
	"table: languages\n"
	"rows:\n"
	"  sh:\n"
	"    extensions: [.sh]\n"
	"    line_comments: ['#']\n"
	"    comment_at_word: true\n"
	"    strings: [{quote: '\"', multiline: true}, {quote: \"'\", multiline: true, raw: true}]\n"
	"    brackets: ['{}', '()']\n"
	"    uneven: '()'\n"
	"    keywords: 'if then else fi while do done case esac in'\n"
	"    line_ends: ['; then', '; do', ' {']\n"
	"    check: [sh, -n, '{file}']\n"
	"  words:\n"
	"    extensions: [.words]\n"
	"    line_comments: ['#']\n"
	"    comment_at_word: true\n"
	"    strings: [{quote: '\"', multiline: true}, {quote: \"'\", multiline: true, raw: true}]\n"
	"    keywords: 'if then else fi while do done case esac in'\n"
	"    comparisons: '-eq = !='\n"
	"    blocks: [{open: 'while', close: 'done', text: done}]\n"
	"    line_ends: ['; do']\n"
	"    line_heads: {'; do': 'while until'}\n"
	"    check: [sh, -n, '{file}']\n"
	"    check_all: [sh, -c, 'for f; do sh -n \"$f\" 2>/dev/null && echo \"$f\"; done; true', sh]\n"
	"  many:\n"
	"    extensions: [.many]\n"
	"    brackets: ['()']\n"
	"    check: [sh, -n, '{file}']\n"
	"    check_all: [sh, -c, 'for f; do sh -n \"$f\" 2>/dev/null && echo \"$f\"; done; true', sh]\n"
	"  beside:\n"
	"    extensions: [.beside]\n"
	"    check: [test, -e, '{dir}/there']\n"
	"  comma:\n"
	"    extensions: [.comma]\n"
	"    comma: operator\n"
	"  mute:\n"
	"    extensions: [.mute]\n"
	"    brackets: ['()']\n";

enum { ROOM = 5 };

static struct arena a;
static struct pack *pack;

static struct token_repairs token_repairs(const char *path, const char *text, int64_t line)
{
	struct text *x = text_new(&a, str_of(path), str_of(text));

	return token_repairs_find(&a, language_of(pack, x->path, x->all), x, NULL, line, ROOM);
}

static void mends(const char *path, int64_t line, const char *broken, const char *whole, const char *name)
{
	struct text *x = text_new(&a, str_of(path), str_of(broken));
	struct token_repairs found = token_repairs(path, broken, line);
	bool good = false;

	for (size_t i = 0; i < found.n; i++)
		good |= str_is(place_applied(&a, x, &found.at[i]), whole);
	if (!ok(good, name))
		for (size_t i = 0; i < found.n; i++)
			printf("# %lld:%lld '%.*s'\n", (long long)found.at[i].line, (long long)found.at[i].column,
				STR_ARG(found.at[i].text));
}

/* The first place is the natural one: whole is NULL where none is. */
static void is_natural(const char *broken, const char *whole, const char *name)
{
	struct text *x = text_new(&a, STR("a.words"), str_of(broken));
	struct token_repairs found = token_repairs("a.words", broken, 1);

	ok(whole ? found.natural && str_is(place_applied(&a, x, &found.at[0]), whole) : !found.natural, name);
}

static void test_quotes(void)
{
	is_natural("[ \"$a = b ] && c\n", "[ \"$a\" = b ] && c\n", "a test's first operand is one word");
	is_natural(
		"[ \"${a[b]} -eq \"$c\" ]\n", "[ \"${a[b]}\" -eq \"$c\" ]\n", "so it is where another string follows");
	is_natural("[ a = \"$b ]; echo\n", "[ a = \"$b\" ]; echo\n", "a test's last operand ends before its bracket");
	is_natural("[ $a\" = b ]\n", "[ \"$a\" = b ]\n", "an operand that is only closed begins with its word");
	is_natural("echo \"use: [-v] (or a) >&2\n", "echo \"use: [-v] (or a)\" >&2\n",
		"a message ends before its redirection");
	is_natural("echo 'one | sort\n", "echo 'one' | sort\n", "and before a pipe");
	is_natural("echo \"a; then\n", NULL, "prose may have a semicolon and a keyword");
	is_natural("a=$(echo \"$0)/x\n", "a=$(echo \"$0\")/x\n", "a string within $( ) ends before the bracket");
	is_natural("a=$b/c\"\n", "a=\"$b/c\"\n", "a value begins after its =");
	is_natural("echo read $a $b\"\n", "echo \"read $a $b\"\n", "prose is one message");
	is_natural("cp $a $b\"\n", NULL, "values may be one argument or several");
	is_natural("printf '%s' $a\"\n", "printf '%s' \"$a\"\n", "what is quoted already is no part of it");
	is_natural("a=\"b\nc d\ne=\"f\"g\"\n", NULL, "two lines that end in a string may be one string's");
	is_natural("# don't\necho \"a\n", "# don't\necho \"a\"\n", "a comment's apostrophe is no quote");
	is_natural("\"\n", NULL, "a quote alone says nothing");
	is_natural("\\", NULL, "nor does a backslash at the end");
}

static void test_blocks(void)
{
	mends("a.words", 6, "while a\nb\nc\nd\ne\ndone\n", "while a; do\nb\nc\nd\ne\ndone\n",
		"a head far above its end");
	mends("a.words", 7, "whlie a; do\nb\nc\nd\ne\nf\ndone\n", "while a; do\nb\nc\nd\ne\nf\ndone\n",
		"a mistyped word far above");
}

static void test_mends(void)
{
	mends("a.sh", 2, "if true\necho a\nfi\n", "if true; then\necho a\nfi\n", "a word at the end of a line");
	mends("a.sh", 3, "whlie true\ndo echo a\ndone\n", "while true\ndo echo a\ndone\n", "a mistyped word");
	mends("a.sh", 4, "f()\n\techo a\n}\nf\n", "f() {\n\techo a\n}\nf\n", "what opens a block");
	mends("a.sh", 1, "echo $(date\n", "echo $(date)\n", "a bracket that need not add up elsewhere");
	mends("a.sh", 4, "echo a\necho 'b\nfor f in 'x'; do echo $f; done\n",
		"echo a\necho 'b'\nfor f in 'x'; do echo $f; done\n", "a quote that another one hides");
	mends("a.many", 1, "echo $(date\n", "echo $(date)\n", "the same with all texts at once");
}

static void test_doubled(void)
{
	is_natural("if a; then\nif a; then\nb\nfi\n", "if a; then\nb\nfi\n", "a line that stands there twice");
	is_natural("b\nb\nif a; then\nc\n", NULL, "but no other line that does");
	is_natural("case a in\n1)\n1)\nb;;\nesac\n", NULL, "and no line without a letter");
	mends("a.words", 3, "while a; do\nwhile a; do\nb\ndone", "while a; do\nb\ndone", "it is far above");
	mends("a.words", 1, "if a; then\nb\nfi\nfi", "if a; then\nb\nfi", "or the last line, without a newline");
	mends("a.sh", 3, "f() {{\nb\n}\nf\n", "f() {\nb\n}\nf\n", "the brace of a block that stands there twice");
}

/* A bracket is not closed behind a lost line, nor where the rest of the call would become another statement. */
static void test_lost_lines(void)
{
	static const struct {
		const char *code, *name;
		char closer;
		bool joins;
	} rows[] = {
		{ "x = f(a|, b;\n", "a value may be declared beside another", ')', false },
		{ "{ f(a|, b;\n", "a call that is the whole statement", ')', true },
		{ "\n\ta->b.f(a|, b;\n", "the same of a member", ')', true },
		{ "{ g(f(a|, b);\n", "an argument of another call", ')', false },
		{ "{ f[a|, b;\n", "another bracket", ']', false },
		{ "x = f(a,\n\tb|,\ng();\n", "a line is lost behind the comma", ')', true },
		{ "x = f(a,\n\tb,\ng()|;\n", "or before the bracket", ')', true },
		{ "x = f(a,\n\tb,\n\tg()|;\n", "none is where the lines go on", ')', false },
		{ "x = f(a,\n\tb|,\n}\n", "nor at the end of a block", ')', false },
		{ "x = f(a|\n", "nor without a comma", ')', false },
		{ "|", "nor in nothing", ')', false },
	};
	struct node language = language_of(pack, STR("a.comma"), STR(""));

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str text = str_of(rows[i].code);
		size_t at = str_chr(text, '|');
		struct str code = arena_printf(&a, "%.*s%s", (int)at, text.p, text.p + at + 1);
		is_int(closer_joins(language, code, at, (struct str){ &rows[i].closer, 1 }), rows[i].joins,
			rows[i].name);
	}
}

static void test_silence(void)
{
	is_int((long)token_repairs("a.sh", "echo a\n", 1).n, 0, "nothing where the text parses");
	is_int((long)token_repairs("a.mute", "echo $(date\n", 1).n, 0, "nothing where there is no checker");
	is_int((long)token_repairs("a.unknown", "echo $(date\n", 1).n, 0, "nothing where the language is not known");
	is_int((long)token_repairs("a.sh", "", 1).n, 0, "nothing in nothing");
	is_int((long)token_repairs("a.sh", "case x in\n((((((\n", 900).n, 0,
		"nothing where one change does not do, and past the end");
}

static bool parses_in(char *dir)
{
	struct text *x = text_new(&a, STR("a.beside"), STR("text"));
	bool parses = false;

	x->dir = str_of(dir);
	checker_try(language_of(pack, x->path, x->all), x, NULL, &x->all, 1, 5, &parses);
	return parses;
}

/* The first answer is not the second one's where the checker reads what lies beside the file. */
static void test_neighbours(void)
{
	char dir[] = "/tmp/unit-slip.XXXXXX";

	if (!mkdtemp(dir)) {
		ok(false, "a folder for the neighbour");
		return;
	}
	char *there = arena_strdup(&a, arena_printf(&a, "%s/there", dir));
	ok(!parses_in(dir), "a text that needs its neighbour does not parse without it");
	close(open(there, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	ok(parses_in(dir), "and parses with it, though it was asked before");
	unlink(there);
	rmdir(dir);
}

int main(void)
{
	stdio_begin("unit-slip");
	pack = pack_of(table);
	test_mends();
	test_quotes();
	test_blocks();
	test_doubled();
	test_lost_lines();
	test_silence();
	test_neighbours();
	pack_free(pack);
	arena_free(&a);
	return tap_end();
}
