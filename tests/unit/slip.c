/* slip - one token lost or mistyped: among the places is the right one, and nothing that does not parse */
#include "slip.h"

#include "language.h"
#include "pack_of.h"
#include "tap.h"

static const char table[] =
	"table: languages\n"
	"rows:\n"
	"  sh:\n"
	"    extensions: [.sh]\n"
	"    line_comments: ['#']\n"
	"    comment_at_word: true\n"
	"    strings: [{quote: '\"', lines: true}, {quote: \"'\", lines: true, raw: true}]\n"
	"    brackets: ['{}', '()']\n"
	"    uneven: '()'\n"
	"    keywords: 'if then else fi while do done case esac in'\n"
	"    line_ends: ['; then', '; do', ' {']\n"
	"    tokens: [')', '}', ']']\n"
	"    check: [sh, -n, '{file}']\n"
	"  many:\n"
	"    extensions: [.many]\n"
	"    brackets: ['()']\n"
	"    check: [sh, -n, '{file}']\n"
	"    check_all: [sh, -c, 'for f; do sh -n \"$f\" 2>/dev/null && echo \"$f\"; done; true', sh]\n"
	"  mute:\n"
	"    extensions: [.mute]\n"
	"    brackets: ['()']\n";

enum { ROOM = 5 };

static struct arena a;
static struct pack *pack;

static struct slips slips(const char *path, const char *text, int64_t line)
{
	struct text *x = text_new(&a, str_of(path), str_of(text));

	return slips_find(&a, language_of(pack, x->path, x->all), x, line, ROOM);
}

static void mends(const char *path, int64_t line, const char *broken, const char *whole, const char *name)
{
	struct text *x = text_new(&a, str_of(path), str_of(broken));
	struct slips found = slips(path, broken, line);
	bool good = false;

	for (size_t i = 0; i < found.n; i++)
		good |= str_is(place_applied(&a, x, &found.at[i]), whole);
	if (!ok(good, name))
		for (size_t i = 0; i < found.n; i++)
			printf("# %lld:%lld '%.*s'\n", (long long)found.at[i].line, (long long)found.at[i].column,
				STR_ARG(found.at[i].text));
}

static void test_mends(void)
{
	mends("a.sh", 2, "if true\necho a\nfi\n", "if true; then\necho a\nfi\n", "a word at the end of a line");
	mends("a.sh", 3, "whlie true\ndo echo a\ndone\n", "while true\ndo echo a\ndone\n", "a mistyped word");
	mends("a.sh", 4, "f()\n\techo a\n}\nf\n", "f() {\n\techo a\n}\nf\n", "what opens a block");
	mends("a.sh", 1, "echo $(date\n", "echo $(date)\n", "a bracket that need not add up elsewhere");
	mends("a.sh", 4, "echo a\necho 'b\nfor f in 'x'; do echo $f; done\n", "echo a\necho 'b'\nfor f in 'x'; do echo $f; done\n",
		"a quote that another one hides");
	mends("a.many", 1, "echo $(date\n", "echo $(date)\n", "the same with all texts at once");
}

static void test_silence(void)
{
	is_int((long)slips("a.sh", "echo a\n", 1).n, 0, "nothing where the text parses");
	is_int((long)slips("a.mute", "echo $(date\n", 1).n, 0, "nothing where there is no checker");
	is_int((long)slips("a.unknown", "echo $(date\n", 1).n, 0, "nothing where the language is not known");
	is_int((long)slips("a.sh", "", 1).n, 0, "nothing in nothing");
	is_int((long)slips("a.sh", "case x in\n((((((\n", 900).n, 0, "nothing where one change does not do, and past the end");
}

int main(void)
{
	stdio_begin("unit-slip");
	pack = pack_of(table);
	test_mends();
	test_silence();
	pack_free(pack);
	arena_free(&a);
	return tap_end();
}
