/* present.c - records for people and for GitHub: harmless whatever a log held */
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "present/present.h"
#include "tap.h"

static struct arena a;

/* What a format makes of a record. */
static struct str shown(const char *format, const struct record *r)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = tmpfile();
	struct presenter *p = presenter_new(format, out, COLOUR_NEVER);

	presenter_record(p, r);
	presenter_end(p);
	n = (size_t)ftell(out);
	rewind(out);
	text = arena_alloc(&a, n + 1);
	n = fread(text, 1, n, out);
	fclose(out);
	return (struct str){ text, n };
}

static struct str written(const struct record *r)
{
	struct buf line;

	buf_init(&line, 1 << 20);
	record_write_buf(&line, r);
	struct str text = arena_str(&a, str_trim(buf_str(&line)));
	buf_release(&line);
	return text;
}

static struct record incident(const char *message)
{
	struct record r = record_new(&a, KIND_INCIDENT);

	r.error.tool = STR("gcc");
	r.error.rule = STR("gcc.diagnostic");
	r.error.level = LEVEL_ERROR;
	r.error.message = str_of(message);
	r.error.file = STR("a.c");
	r.error.line = 2;
	r.error.column = 5;
	return r;
}

static void solve(struct record *r)
{
	*VEC_ADD(&a, &r->analysis.root_causes) = (struct cause){ .cause = STR("no header"), .confidence = 0.9 };
	*VEC_ADD(&a, &r->solutions) = (struct solution){
		.id = STR("x"), .description = STR("include it"), .confidence = 0.875, .risk.level = RISK_GREEN
	};
}

static void every_format_is_found(void)
{
	struct str names = STR(PRESENT_FORMATS), one;

	while (str_split(&names, '|', &one)) {
		struct presenter *p = presenter_new(arena_strdup(&a, one), stderr, COLOUR_NEVER);
		ok(p != NULL, arena_strdup(&a, one));
		presenter_end(p);
	}
	ok(presenter_new("nonsense", stderr, COLOUR_NEVER) == NULL, "an unknown format is refused");
}

static void people_see(void)
{
	struct record r = incident("unknown name 'x'");

	is_str(shown("human", &r), "a.c:2:5: error: unknown name 'x' [gcc/diagnostic]\n",
		"file, line, column, level, message, rule");
	r.error.raw = STR("a.c:2:5: error: unknown name 'x'\n\x1b[31mnote\n");
	is_str(shown("human", &r), "a.c:2:5: error: unknown name 'x' [gcc/diagnostic]\n        | \\x1b[31mnote\n",
		"the tool's other lines where the file cannot be read");
	struct err err;
	ok(file_replace("a.c", STR("int a;\nint\tx\x1b = 1;\n"), 0600, &err), "a file to quote");
	r.error.end_column = 6;
	is_str(shown("human", &r),
		"a.c:2:5: error: unknown name 'x' [gcc/diagnostic]\n      2 | int x\\x1b = 1;\n        |     ^\n",
		"its line with a caret where it can, escapes made visible");
	solve(&r);
	struct str text = shown("human", &r);
	ok(str_find(text, STR("  cause:  no header (90 %)\n  fix:    include it (88 %, green)\n")) < text.n,
		"the cause and the best solution");
	r.error.file = STR("/etc/passwd");
	r.error.line = 1;
	text = shown("human", &r);
	ok(str_find(text, STR("root:")) == text.n, "no file outside the project is quoted");
	ok(symlink("/etc/passwd", "link") == 0, "a link out of the project");
	r.error.file = STR("link");
	text = shown("human", &r);
	ok(str_find(text, STR("root:")) == text.n, "is not followed");
	unlink("a.c");
	unlink("link");
}

static void people_see_a_fix(void)
{
	struct record r = incident("m");

	r.fix.status = FIX_APPLIED;
	r.fix.backup = STR("b1");
	r.fix.diff = STR("--- a\n+++ b\n+\x1b]0;x\x07\n");
	struct str text = shown("human", &r);
	ok(str_find(text, STR("  status: applied (heal undo b1)\n    --- a\n")) < text.n,
		"what was done and how to take it back");
	ok(str_chr(text, '\x1b') == text.n && str_chr(text, '\x07') == text.n,
		"no control byte of a diff gets through");
}

static void colour_is_asked_for(void)
{
	struct record r = incident("m");
	FILE *out = tmpfile();
	struct presenter *p = presenter_new("human", out, COLOUR_ALWAYS);
	char text[400] = "";

	presenter_record(p, &r);
	presenter_end(p);
	rewind(out);
	ok(fread(text, 1, sizeof(text) - 1, out) > 0 && strstr(text, "\x1b[1;31merror\x1b[0m"),
		"colour where it is wanted");
	fclose(out);
}

static void github_sees(void)
{
	struct record r = incident("100% bad\nsecond, line: x");

	is_str(shown("github", &r),
		"::error file=a.c,line=2,col=5,title=gcc.diagnostic::100%25 bad%0Asecond, line: x\n",
		"a command with its message escaped");
	r = incident("m\r\n::set-output name=x::y\n::stop-commands::z");
	is_str(shown("github", &r),
		"::error file=a.c,line=2,col=5,title=gcc.diagnostic::m%0D%0A::set-output "
		"name=x::y%0A::stop-commands::z\n",
		"a log's line never becomes a command");
	r.error.file = STR("a,line=9::b%\n.c");
	r.error.level = LEVEL_WARNING;
	r.error.message = STR("\x1b[1mm");
	is_str(shown("github", &r),
		"::warning file=a%2Cline=9%3A%3Ab%25%0A.c,line=2,col=5,title=gcc.diagnostic::\\x1b[1mm\n",
		"nor a file name a property");
	r = incident("m");
	solve(&r);
	r.error.level = LEVEL_NOTE;
	is_str(shown("github", &r),
		"::notice file=a.c,line=2,col=5,title=gcc.diagnostic::m%0Acause: no header%0Afix: include it\n",
		"cause and solution follow");
	r = record_new(&a, KIND_SESSION);
	is_str(shown("github", &r), "", "of other kinds nothing is said");
}

static void stages_see(void)
{
	struct record r = incident("m");

	is_view(shown("ndjson", &r), arena_join(&a, written(&r), STR("\n")), "ndjson is the record");
}

int main(void)
{
	char dir[] = "/tmp/heal-unit-XXXXXX";

	if (!mkdtemp(dir) || chdir(dir) < 0)
		return 1;
	every_format_is_found();
	people_see();
	people_see_a_fix();
	colour_is_asked_for();
	github_sees();
	stages_see();
	if (chdir("/") < 0 || rmdir(dir) < 0)
		return 1;
	arena_free(&a);
	return tap_end();
}
