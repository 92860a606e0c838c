/* digits - a pattern that is said to ignore digits matches a line with other digits just so */
#include "rules/digits.h"

#include <stdlib.h>
#include <string.h>

#include "rules/pack_rules.h"
#include "rules/regex.h"
#include "tap.h"

static const struct {
	const char *pattern;
	bool ignores;
} cases[] = {
	{ "^(?<file1>[^:]+):(?<line>\\d+): (?i:error|warning): .{2,40}$", true },
	{ "\\[[ \\d]+[0-9a-f]{8}\\] [!-~]+ [[:xdigit:]]+ \\w\\S\\b", true },
	{ "^[^]\\d](?=x)(?!y)(?<=z)(?>a)(?-i:b)\\xe2\\x94$", true },
	{ "^0 errors", false },
	{ "[1-9]\\d*", false },
	{ "[a1]", false },
	{ "[+-5]", false },
	{ "[^7]", false },
	{ "(\\d)\\1", false },
	{ "(?<x>\\d)\\k<x>", false },
	{ "(?<x>\\d)(?P=x)", false },
	{ "(\\d)(?1)", false },
	{ "(a)?(?(1)b|c)", false },
	{ "\\x35", false },
	{ "[\\x35-z]", false },
	{ "\\Q[\\E5", false },
	{ "(?x)a # [\n5", false },
	{ "x{,3}y{2", false },
	{ "\\p{Nd}", false },
};

static uint64_t seed = 0x9e3779b97f4a7c15u;

static uint32_t dice(uint32_t sides)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % sides;
}

static struct str with_other_digits(struct arena *a, struct str line)
{
	char *out = arena_strdup(a, line);

	for (size_t i = 0; i < line.n; i++)
		if (out[i] >= '0' && out[i] <= '9')
			out[i] = (char)('0' + dice(10));
	return (struct str){ out, line.n };
}

/* The same groups at the same places? */
static bool is_alike(struct regex *re, struct str x, struct str y)
{
	struct match m, n;
	int got = regex_match(re, x, &m);

	if (regex_match(re, y, &n) != got)
		return false;
	for (unsigned i = 0; got == 1 && i <= regex_groups(re); i++)
		if (m.group[i].n != n.group[i].n || (m.group[i].p && m.group[i].p - x.p != n.group[i].p - y.p))
			return false;
	return true;
}

/* Lines of the rule's examples that have digits. */
static unsigned unlike_lines(struct arena *a, struct pack_rule rule, struct regex *re, unsigned *tried)
{
	struct node examples = node_get(rule.node, "examples");
	unsigned unlike = 0;

	for (uint32_t k = 0; k < node_list_count(examples); k++) {
		struct str text = node_str(node_get(node_list_at(examples, k), "text")), line;
		while (str_line(&text, &line))
			for (int i = 0; i < 4 && text_has_digit(line); i++, ++*tried)
				unlike += !is_alike(re, line, with_other_digits(a, line));
	}
	return unlike;
}

static void test_shipped(void)
{
	const char *build = getenv("HEAL_BUILD");
	struct arena a = ARENA_INIT;
	struct err err;
	struct pack *p = build ? pack_load(arena_printf(&a, "%s/share/heal.pack", build).p, &err) : NULL;
	unsigned unlike = 0, tried = 0;

	if (!p) {
		tap_skip("the shipped packs' patterns", "no built image");
		arena_free(&a);
		return;
	}
	for (uint32_t i = 0; i < pack_rules(p); i++) {
		struct pack_rule rule = pack_rule(p, i);
		if (!rule.pattern.n || !pattern_ignores_digits(rule.pattern))
			continue;
		struct regex *re = regex_lazy(&a, rule.pattern, REGEX_PLAIN);
		unlike += unlike_lines(&a, rule, re, &tried);
		regex_free(re);
	}
	ok(tried > 1000, "most rules are for lines with digits");
	is_int(unlike, 0, "none of the shipped that ignores digits tells a line from one with others");
	pack_free(p);
	arena_free(&a);
}

int main(void)
{
	stdio_begin("unit-digits");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_int(pattern_ignores_digits(str_of(cases[i].pattern)), cases[i].ignores, cases[i].pattern);
	test_shipped();
	return tap_end();
}
