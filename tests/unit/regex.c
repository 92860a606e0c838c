/* regex - matching bytes and characters under limits, and what a pattern's names give */
#include "rules/regex.h"

#include <stdlib.h>

#include "pack_of.h"
#include "tap.h"

static struct arena a;

static int matches_n(const char *pattern, enum regex_flags flags, struct str subject, struct match *m)
{
	struct err err = { 0 };
	struct regex *re = regex_new_flags(&a, str_of(pattern), flags, &err);
	int got = re ? regex_match(re, subject, m) : -2;

	/* The match keeps its pattern: not freed here, but at the end by the test program's end. */
	return got;
}

static int matches(const char *pattern, const char *subject)
{
	struct match m;

	return matches_n(pattern, REGEX_PLAIN, str_of(subject), &m);
}

static void test_bytes(void)
{
	struct match m;

	is_int(matches("^a.c$", "abc"), 1, "a pattern matches");
	is_int(matches("^a.c$", "ab"), 0, "or does not");
	is_int(matches("^a$", "a\n"), 0, "$ is the end, not before a newline at the end");
	is_int(matches_n("^a.b$", REGEX_PLAIN, STR("a\0b"), &m), 1, "a NUL byte is a byte");
	is_int(matches("^.$", "\xc3\xa9"), 0, "an ASCII pattern sees bytes");
	is_int(matches("^.’$", "\xc3\xa9’"), 1, "one with wide characters sees characters");
	is_int(matches("x’", "\xff\xfex’"), 1, "bytes that are no UTF-8 match nothing, but do not stop it");
	is_int(matches(".’", "\xff’"), 0, "not even a dot");
	is_int(matches_n("^b", REGEX_MULTILINE, STR("a\nb"), &m), 1, "a multiline pattern knows lines");
	is_int(matches_n("^B", REGEX_NOCASE, STR("b"), &m), 1, "either case where asked");
	is_int(matches_n("", REGEX_PLAIN, STR_NONE, &m), 1, "nothing matches nothing");
}

static void test_names(void)
{
	struct match m;

	is_int(matches_n("(?<a>x)?(?<b>y)", REGEX_PLAIN, STR("y"), &m), 1, "an optional group");
	ok(!match_get(&m, "a").p, "that took no part is absent");
	is_str(match_get(&m, "b"), "y", "the other has its text");
	ok(!match_get(&m, "c").p, "a name that is not there is absent");
	is_int(matches_n("(?J)(?:a(?<n>1)|b(?<n>2))", REGEX_PLAIN, STR("b2"), &m), 1, "a name may stand twice");
	is_str(match_get(&m, "n"), "2", "the one that took part counts");
	is_int(matches_n("(?=(?<n>a))a", REGEX_PLAIN, STR("a"), &m), 1, "a group in a look-ahead");
	is_str(match_get(&m, "n"), "a", "has its text, too");
}

static void test_from(void)
{
	struct err err;
	struct match m;
	struct regex *re = regex_new(&a, STR("(?<=a)b"), &err);

	is_int(regex_match_from(re, STR("abab"), 2, &m), 1, "the next match");
	is_int((long)(m.whole.n == 1 && m.whole.p[-1] == 'a'), 1, "sees what is before it");
	is_int(regex_match_from(re, STR("ab"), 2, &m), 0, "at the end there is none");
	regex_free(re);
}

static void test_limits(void)
{
	char long_line[6001];
	struct match m;
	struct err err;
	struct regex *re = regex_new(&a, STR("^(?:a+a+)+[bc]$"), &err);

	memset(long_line, 'a', 6000);
	long_line[6000] = '\0';
	is_int(regex_match(re, str_of(long_line), &m), -1, "an explosive pattern hits a limit: neither yes nor no");
	ok(!regex_struck_out(re), "once is forgiven");
	ok(regex_met_limit(re), "but known");
	for (int i = 0; i < 20; i++)
		regex_match(re, str_of(long_line), &m);
	ok(regex_struck_out(re), "often is not");
	is_int(regex_match(re, STR("aaab"), &m), -1, "then it is not tried any more");
	regex_free(re);
	re = regex_new(&a, STR("(?:x+x+)+y"), &err);
	is_int(regex_match(re, STR("xxxy"), &m), 1, "the same kind still matches what is short");
	regex_free(re);
}

static void test_steps_over(void)
{
	static char text[9001];
	struct match m;
	struct err err;
	struct regex *re = regex_new(&a, STR("\"[^\"]*\"(*SKIP)(*F)|name"), &err);

	memset(text, ' ', 9000);
	text[0] = text[6000] = '"';
	memcpy(text + 3000, "name", 4);
	is_int(regex_match(re, str_of(text), &m), 0, "what is stepped over is not found, however long it is");
	memcpy(text + 7000, "name", 4);
	is_int(regex_match(re, str_of(text), &m), 1, "what follows is");
	is_int(m.whole.p - text, 7000, "in its place");
	regex_free(re);
	re = regex_new(&a, STR("#(*SKIP)(*F)|(?:(?:.*?){3}x){2}y"), &err);
	is_int(regex_match(re, str_of(text), &m), -1, "a search of many long attempts ends");
	regex_free(re);
}

static void test_faults(void)
{
	struct err err = { 0 };
	struct match m;
	char many[400] = "";

	ok(!regex_new(&a, STR("a(b"), &err), "a faulty pattern is refused");
	ok(strstr(err.text, "offset 3 of 'a(b'"), "with its place");
	ok(!regex_new(&a, STR("\\C"), &err), "a single byte of a character is not to be had");
	for (int i = 0; i < REGEX_GROUPS; i++)
		strcat(many, "(a)");
	ok(!regex_new(&a, str_of(many), &err), "more groups than are kept are refused");
	struct regex *lazy = regex_lazy(&a, STR("a(b"), REGEX_PLAIN);
	is_int(regex_match(lazy, STR("ab"), &m), -1, "a lazy one fails when first tried");
	is_int(regex_match(lazy, STR("ab"), &m), -1, "and again");
	regex_free(lazy);
	regex_free(NULL);
}

/* After some tries a pattern is compiled for speed; it matches the same then. */
static void test_wide_characters(void)
{
	static const struct {
		const char *pattern, *text;
		int want;
	} cases[] = { { "^ \\S \xc3\x97?x", " \xc3\x97 x", 1 }, { "^ \\W \xc3\x97?x", " \xe2\x80\x94 x", 1 },
		{ "^ [^]\\S]\xc3\x97?", "  x", 1 },
		{ "^ [\\S]+ \xc3\x97?x",
			" \xc3\x97"
			"a x",
			1 },
		{ "^\\Q\\S\\E\xc3\x97", "\\S\xc3\x97", 1 }, { "^\\\\S\xc3\x97", "\\S\xc3\x97", 1 },
		{ "^ \\D+\xc3\x97", " 1\xc3\x97", 0 } };
	struct err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct regex *re = regex_new(&a, str_of(cases[i].pattern), &err);
		int got = cases[i].want;
		for (int n = 0; n < 2000 && got == cases[i].want; n++)
			got = regex_match(re, str_of(cases[i].text), NULL);
		is_int(got, cases[i].want, cases[i].pattern);
		regex_free(re);
	}
}

/* A pattern of a table gives the same whether its words are looked for first, or it is a copy of which nothing is
 * known. */
static void test_known_patterns(void)
{
	static const char *const texts[] = { "", "exit 0", "exit\n0", "x || true", "Skip me", "SKIP", "pass",
		"password=1", "pretend", "# noqa", "‘Skip’", "exec\ttrue\nexit\t0\n", "set +e", "set\n+e" };
	struct pack *p = pack_of("table: some-names\nrows:\n"
				 "  a: exit\\s+0|exec\\s*true|\\|\\|[ ]*true\n"
				 "  b: (?i)\\bskip\\b|\\bnoqa\\b\n"
				 "  c: ‘skip’|‘pass’ ?x\n"
				 "  d: pass(?:word)?=(?<value>\\d)\n"
				 "  e: (?=.*pretend)\\w+\n"
				 "  f: (?m)^set\\s[+-]e$\n");
	struct node rows = pack_table(p, "some-names");
	int differ = 0, found = 0;

	for (uint32_t i = 0; i < node_count(rows); i++)
		for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
			for (int flags = 0; flags < 4; flags++) {
				struct str pattern = node_str(node_at(rows, i)), text = str_of(texts[k]);
				struct regex *known = regex_lazy(&a, pattern, (enum regex_flags)flags),
					     *copy = regex_lazy(&a, arena_str(&a, pattern), (enum regex_flags)flags);
				int want = regex_match(copy, text, NULL);
				differ += regex_match(known, text, NULL) != want;
				found += want == 1;
				regex_free(known);
				regex_free(copy);
			}
	is_int(node_count(rows) == 6 && found > 20 && differ == 0, 1,
		"a table's pattern matches what its copy matches");
	is_int(regex_may_match(node_str(node_at(rows, 0)), REGEX_PLAIN, STR("exit 0")), 1, "a text with its words may");
	is_int(regex_may_match(node_str(node_at(rows, 0)), REGEX_PLAIN, STR("exi 0")), 0, "one without cannot");
	is_int(regex_may_match(node_str(node_at(rows, 1)), REGEX_PLAIN, STR("NoQA")), 1,
		"in either case where it says so");
	is_int(regex_may_match(node_str(node_at(rows, 0)), REGEX_NOCASE, STR("EXIT 0")), 1, "or where it is asked");
	is_int(regex_may_match(node_str(node_at(rows, 2)), REGEX_NOCASE, STR("abc")), 1,
		"but nothing is known of wide characters then");
	struct regex *re = regex_lazy(&a, arena_str(&a, node_str(node_at(rows, 0))), REGEX_PLAIN);
	struct regex *early = regex_new(&a, node_str(node_at(rows, 0)), NULL);
	struct regex *often = regex_lazy(&a, node_str(node_at(rows, 0)), REGEX_PLAIN);
	int matches = 0;
	for (int i = 0; i < 200; i++)
		matches += regex_match(often, STR("exi 0"), NULL) != 0;
	is_int(matches == 0 && regex_match(often, STR("exit 0"), NULL) == 1, 1,
		"a pattern says the same when it was searched for in vain so often that it is compiled");
	regex_free(often);
	pack_free(p);
	is_int(regex_match(re, STR("exit 0"), NULL), 1, "a copy outlives the pack");
	is_int(regex_match(early, STR("exit 0"), NULL), 1, "and so does what was made of its text at once");
	regex_free(re);
	regex_free(early);
}

int main(void)
{
	stdio_begin("unit-regex");
	test_known_patterns();
	test_bytes();
	test_names();
	test_from();
	test_limits();
	test_steps_over();
	test_faults();
	test_wide_characters();
	return tap_end();
}
