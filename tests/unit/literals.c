/* literals - whatever a pattern matches holds one of the literals found for it */
#include "rules/literals.h"

#include <stdlib.h>

#include "rules/first_byte.h"
#include "rules/form_shape.h"
#include "rules/regex.h"
#include "tap.h"

static struct arena a;
static uint64_t seed = 0x9e3779b97f4a7c15u;

static uint32_t dice(uint32_t sides)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % sides;
}

static struct str found(const char *pattern)
{
	struct literals l;
	struct str all = STR("");

	literals_of(&a, str_of(pattern), LITERALS_LINE, &l);
	for (size_t i = 0; i < l.n; i++)
		all = arena_printf(&a, "%.*s%s%.*s", STR_ARG(all), i ? "|" : "", STR_ARG(l.at[i]));
	return l.nocase ? arena_printf(&a, "i:%.*s", STR_ARG(all)) : all;
}

static void test_known(void)
{
	is_str(found("^error: (.*)$"), "error: ", "text is what it is");
	is_str(found("^(\\d+) (?:mistake|trouble)$"), "mistake|trouble", "alternatives are all wanted");
	is_str(found("(?:error|warning) \\S+ was zugzwang"), " was zugzwang", "what is rare is looked for");
	is_str(found("^(?:error|\\d+)"), "", "one that proves nothing spoils them all");
	is_str(found("(?i)Error:"), "i:Error:", "either case");
	is_str(found("err(?:or)?: x"), "error: x|err: x", "what may lack is there or not");
	is_str(found("[Ee]xz$"), "Exz|exz", "a small class is spelled out");
	is_str(found("ab[0-9]cde"), "cde", "a wide one is anything");
	is_str(found("a+bcd"), "abcd", "repetition ends in what is repeated");
	is_str(found("(?<x>abc)(?=def)"), "abc", "what is looked at is not what is matched");
	is_str(found("(?!abc)xyz"), "xyz", "nor what must not be there");
	is_str(found("(?!(?i)abc)xyz"), "xyz", "nor is case without meaning behind it");
	is_str(found("it\\x27s"), "it's", "hexadecimal escapes are read");
	is_str(found("a\\.b\\tc"), "a.b\tc", "so are others");
	is_str(found("foo‘?bar"), "foo‘bar|foobar", "a quantifier means a whole character");
	is_str(found("(?i)café du"), "i:caf", "the other case of a wide character is not ASCII's business");
	is_str(found("\\QabcX\\E"), "", "what is not followed proves nothing");
	is_str(found("(?x) a b c d"), "", "nor does an extended pattern");
	is_str(found("abc\\Edef"), "", "a stray \\E is not followed");
	is_str(found("(abcd)\\12345"), "abcd", "a reference is all its digits");
	is_str(found("x(?#comment)yz"), "", "nor do comments");
	is_str(found("[]abc]xyz"), "]xyz|axyz|bxyz|cxyz", "a bracket first in a class is a member");
	is_str(found("[[:alpha:]]xyz"), "xyz", "a named class ends where it ends");
	is_str(found("at\\s+line"), " line|\tline", "white space is a blank or a tab");
	is_str(found("\\):\\d"), "):0|):1|):2|):3|):4|):5|):6|):7|):8|):9", "a short piece takes a digit with it");
	is_str(found(""), "", "no pattern, no literal");
	struct literals l;
	literals_of(&a, STR("exit\\s+0"), LITERALS_TEXT, &l);
	is_int(l.n == 1 && str_is(l.at[0], "exit"), 1, "in a text, white space may be a line's end");
}

static void test_more(void)
{
	struct literals l;

	literals_of(&a, STR("^zugzwang (\\w+) quince$"), LITERALS_LINE, &l);
	is_int(l.n + l.more_n, 2, "each piece of a pattern is known");
	literals_of(&a, STR("^zugzwang (\\w+ quince)?$"), LITERALS_LINE, &l);
	is_int(l.n + l.more_n, 1, "but what may lack is not");
	literals_of(&a, STR("^(?:zugzwang \\d+ quince|xylem \\d+ yacht)$"), LITERALS_LINE, &l);
	is_int(l.n == 2 && l.more_n >= 1 && l.more[0].n == 2, 1, "of two ways each has its pieces");
	literals_of(&a, STR("^zugzwang (\\w+)::\\w+$"), LITERALS_LINE, &l);
	is_int(l.n == 1 && l.more_n == 1 && str_is(l.more[0].at[0], "::"), 1,
		"a short piece is not searched, but known");
	literals_of(&a, STR("^\\d+\\) (\\w+)::\\w+$"), LITERALS_LINE, &l);
	is_int(l.n == 10 && l.more_n == 1, 1, "and stands behind all longer ones");
	literals_of(&a, STR("^(\\w+)::\\w+$"), LITERALS_LINE, &l);
	is_int(l.n == 0 && l.more_n == 1, 1, "alone it is nothing to search for");
}

static void shape_is(const char *pattern, const char *bytes, bool digit)
{
	struct literals l;
	uint64_t wanted = (uint64_t)digit << SHAPE_DIGIT;

	for (; *bytes; bytes++)
		wanted |= shape_byte(*bytes);
	literals_of(&a, str_of(pattern), LITERALS_LINE, &l);
	is_int(l.shape == wanted, 1, arena_printf(&a, "the bytes of each match of %s", pattern).p);
}

static void test_shape(void)
{
	shape_is("^a(?:[bB]|b)c?\\d+$", "ab", true);
	shape_is("(?:x\\d|y\\d)z*(?=q)(?!r)", "", true);
	shape_is("[0-9]{2}:[1-9]", ":", true);
	shape_is("[0-9a]\\p{Lu}:", ":", false);
	shape_is("(?i)‘kex", "ex", false);
	shape_is("(?x) a", "", false);
}

static struct str joined(const struct literals_more *known)
{
	struct str all = STR("");

	for (size_t i = 0; i < known->n; i++)
		all = arena_printf(&a, "%.*s%s%.*s", STR_ARG(all), i ? "|" : "", STR_ARG(known->at[i]));
	return all;
}

static void edges_are(const char *pattern, const char *heads, const char *tails)
{
	struct literals l;

	literals_of(&a, str_of(pattern), LITERALS_LINE, &l);
	is_str(joined(&l.heads), heads, arena_printf(&a, "how what %s matches begins", pattern).p);
	is_str(joined(&l.tails), tails, arena_printf(&a, "and ends").p);
}

static void test_edges(void)
{
	edges_are("^(?<a>su|passwd): (.+) failed$", "su: |passwd: ", " failed");
	edges_are("^(?:one|two \\w+ three)$", "one|two ", "one| three");
	edges_are("(?:^one|two) .* x$|^y", "", "");
	edges_are("^ab|^cd\\w$", "ab|cd", "");
	edges_are("^(?:\\S*/)?ab .* cd(?: ef)?$", "", " cd ef| cd");
	edges_are("^a.*b$", "", "");
	edges_are("^a.*:$", "", ":");
	edges_are("^a.*(?:\\)|b)$", "", "");
	edges_are("ab cd", "", "");
	edges_are("^*ab cd$*", "", "");
}

static bool lower_same(char x, char y)
{
	return (x >= 'A' && x <= 'Z' ? x + 32 : x) == (y >= 'A' && y <= 'Z' ? y + 32 : y);
}

static bool holds(struct str subject, struct str literal, bool nocase)
{
	for (size_t i = 0; i + literal.n <= subject.n; i++) {
		size_t k = 0;
		while (k < literal.n &&
			(nocase ? lower_same(subject.p[i + k], literal.p[k]) : subject.p[i + k] == literal.p[k]))
			k++;
		if (k == literal.n)
			return true;
	}
	return false;
}

static bool holds_one(struct str subject, const struct str *literals, size_t n, bool nocase)
{
	for (size_t i = 0; i < n; i++)
		if (holds(subject, literals[i], nocase))
			return true;
	return false;
}

/* None are known, or the subject begins (or ends) with one. */
static bool has_edge(struct str subject, const struct literals_more *known, bool end, bool nocase)
{
	for (size_t i = 0; i < known->n; i++) {
		size_t n = known->at[i].n, from = end && subject.n > n ? subject.n - n : 0;
		if (holds(str_sub(subject, from, from + n), known->at[i], nocase))
			return true;
	}
	return known->n == 0;
}

static bool holds_all(struct str subject, const struct literals *l)
{
	bool all = shape_fits(&l->shape, 1, line_shape(subject)) &&
		(l->n == 0 || holds_one(subject, l->at, l->n, l->nocase));

	for (size_t i = 0; i < l->more_n; i++)
		all &= holds_one(subject, l->more[i].at, l->more[i].n, l->nocase);
	return all;
}

/* PCRE2 is the judge. */
static bool is_sound(struct str pattern, struct str subject)
{
	struct literals l;
	struct match m;
	struct err err;
	struct regex *re = regex_new(&a, pattern, &err);
	bool sound = true;

	if (re && regex_match(re, subject, &m) == 1) {
		literals_of(&a, pattern, LITERALS_TEXT, &l);
		sound = holds_all(subject, &l);
		literals_of(&a, pattern, LITERALS_LINE, &l);
		if (str_chr(subject, '\n') == subject.n && str_chr(subject, '\f') == subject.n)
			sound &= holds_all(subject, &l) && has_edge(subject, &l.heads, false, l.nocase) &&
				has_edge(subject, &l.tails, true, l.nocase);
		if (!sound)
			printf("# '%.*s' matches '%.*s' without '%.*s'\n", STR_ARG(pattern), STR_ARG(subject),
				STR_ARG(found(pattern.p)));
	}
	regex_free(re);
	return sound;
}

static struct str mixed(const char *const *parts, uint32_t n, uint32_t most)
{
	struct str s = STR("");

	for (uint32_t k = 1 + dice(most); k > 0; k--)
		s = arena_join(&a, s, str_of(parts[dice(n)]));
	return s;
}

static void test_sound(void)
{
	static const char *const syntax[] = { "a", "b", "c", "abc", "bca", "x", "‘", "é", "(", ")", "(?:", "|", "?",
		"*", "+", "{2}", "{0,1}", "{,2}", "??", ".", "[ab]", "[^a]", "[a-c]", "\\d", "\\x61", "\\.",
		"(?=", "(?!", "(?i)", "(?i:", "(?<n>", "\\1", "\\10", "\\E", "\\b", "^", "$", "[[:alpha:]]", "[]a]",
		"[\\x61b]", "\\N", "\\p{L}", "\\PN", "[0-9]", "[\\d]", "\\s", " ", "\t", "(?>", "+?", "(?-i)" };
	static const char *const text[] = { "a", "b", "c", "abc", "bca", "A", "B", "x", "‘", "é", "É", "1", ".", "aa",
		"bb", " ", "\t", "7", "\n", "\f" };
	unsigned bad = 0, tried = 0;

	for (int round = 0; round < 60000 && bad < 5; round++) {
		bad += !is_sound(mixed(syntax, sizeof(syntax) / sizeof(syntax[0]), 9),
			mixed(text, sizeof(text) / sizeof(text[0]), 8));
		tried++;
		arena_reset(&a);
	}
	is_int(bad, 0, "no random pattern matches without its literals");
}

/* May a match of the pattern begin with this byte?  -1: nothing is known. */
static int may_begin(const char *pattern, char byte, bool nocase)
{
	uint32_t first = first_bytes(str_of(pattern), nocase);

	return first == FIRST_ANY ? -1 : (first & first_bit(byte)) != 0;
}

static const struct {
	const char *pattern;
	char byte;
	int may;
	const char *what;
} firsts[] = {
	{ "^error: ", 'e', 1, "a pattern begins with its first byte" },
	{ "^error: ", 'w', 0, "and with no other" },
	{ "error: ", 'w', -1, "one without ^ begins anywhere" },
	{ "^a|b", 'a', -1, "and so does one with an alternative without it" },
	{ "^(?:a|\\s+b)", ' ', 1, "a group begins like each of its alternatives" },
	{ "^(?:a|\\s+b)", 'c', 0, "and not otherwise" },
	{ "^a?b{0,2}c", 'c', 1, "what may be absent is followed by the next" },
	{ "^a?b{0,2}c", 'd', 0, "and by no more" },
	{ "^a*", 'b', -1, "a match that may be empty begins with anything" },
	{ "^?a", 'b', -1, "^ may be absent, too" },
	{ "^(?!x)(?<n>[a-c_])", 'b', 1, "a class, behind what has no width" },
	{ "^(?!x)(?<n>[a-c_])", 'd', 0, "a class has its bytes alone" },
	{ "^[^a]", 'a', -1, "an inverted class" },
	{ "^[]x]", ']', 1, "a bracket at the start of a class" },
	{ "^(?i)error", 'E', 1, "a letter of either case" },
	{ "^(?x) a", ' ', -1, "blanks that do not count" },
	{ "^\\Qa", 'b', -1, "syntax that is not followed" },
	{ "^\\x41", 'B', 0, "a byte by its number" },
	{ "^\xc3\xa9", 'a', 0, "a character of two bytes" },
};

static void test_first_bytes(void)
{
	for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++)
		is_int(may_begin(firsts[i].pattern, firsts[i].byte, false), firsts[i].may, firsts[i].what);
	is_int(may_begin("^\xc3\xa9", 'a', true), -1, "which may be equal to others but for case");
}

int main(void)
{
	stdio_begin("unit-literals");
	test_first_bytes();
	test_known();
	test_more();
	test_edges();
	test_shape();
	test_sound();
	arena_free(&a);
	return tap_end();
}
