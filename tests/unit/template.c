/* template - slots, their types and filters, and values that must not get through */
#include "rules/template.h"

#include "tap.h"

static struct arena a;

static struct str get(void *ctx, struct str name)
{
	(void)ctx;
	if (str_is(name, "name"))
		return STR("left-pad");
	if (str_is(name, "file"))
		return STR("src/Main.test.c");
	if (str_is(name, "evil"))
		return STR("x; rm -rf /");
	if (str_is(name, "up"))
		return STR("../../etc/passwd");
	if (str_is(name, "dots"))
		return STR("a.b*c{2}");
	if (str_is(name, "empty"))
		return STR("");
	return str_is(name, "blanks") ? STR("  x ") : STR_NONE;
}

static struct str fill(const char *text)
{
	struct template_values v = { .get = get };
	struct err err;
	struct str s = template_fill(&a, str_of(text), &v, &err);

	return s.p ? s : STR("(refused)");
}

static struct str pattern(const char *text)
{
	struct template_values v = { .get = get, .regex = true };
	struct str s = template_fill(&a, str_of(text), &v, NULL);

	return s.p ? s : STR("(refused)");
}

static void test_slots(void)
{
	is_str(fill("npm install {name}!"), "npm install left-pad!", "a slot is filled");
	is_str(fill("{nothing}"), "(refused)", "a value that lacks leaves no result");
	is_str(fill("a{nothing?}b"), "ab", "unless it may lack");
	is_str(fill("[{empty}]"), "[]", "empty is not absent");
	is_str(fill("{{name}} {name}"), "{name} left-pad", "doubled braces are braces");
	is_str(fill("}} {} {Name} {1} { name }"), "} {} {Name} {1} { name }",
		"braces that begin no slot stand for themselves");
	is_str(fill("{name"), "{name", "nor does one that is not closed");
	is_str(fill(""), "", "no text, no result but nothing");
	struct template_values v = { .get = get, .lenient = true };
	is_str(template_fill(&a, STR("a{nothing}b"), &v, NULL), "ab", "leniently, what lacks is nothing");
}

static void test_filters(void)
{
	is_str(fill("{file|base}"), "Main.test.c", "base");
	is_str(fill("{file|dir}"), "src", "dir");
	is_str(fill("{file|stem}"), "Main.test", "stem");
	is_str(fill("{name|dir}"), ".", "dir of a bare name");
	is_str(fill("{name|upper} {file|lower} {name|capital}"), "LEFT-PAD src/main.test.c Left-pad",
		"upper, lower, capital");
	is_str(fill("[{blanks|trim}]"), "[x]", "trim");
	is_str(fill("[{nothing?|base}]"), "[]", "a filter of nothing is nothing");
	is_str(fill("{file?:word|stem}"), "Main.test", "all in one slot: the type holds for what the filter made");
}

static void test_types(void)
{
	static const struct {
		const char *type, *good, *bad;
	} t[] = {
		{ "identifier", "_a1", "1a" },
		{ "identifier", "Z", "a-b" },
		{ "identifier", "a", "" },
		{ "word", "a.b:c@1+x-y_z", "a b" },
		{ "word", "0", "-a" },
		{ "word", "a", "a/b" },
		{ "word", "a", "a\n" },
		{ "package", "@types/node", "../x" },
		{ "package", "foo", "-rf" },
		{ "package", "a/b", "a//b" },
		{ "package", "left-pad", "x;y" },
		{ "package", "a", "a$b" },
		{ "package", "a", "`a`" },
		{ "path", "src/a b.c", "/etc/passwd" },
		{ "path", "a", "../a" },
		{ "path", ".x", "a/../../b" },
		{ "path", "ä", "\xff" },
		{ "path", "a", "-a" },
		{ "path", "a", "~/x" },
		{ "path", "a", "a\tb\x01" },
		{ "path", "a", "" },
		{ "option", "--std=c99", "std" },
		{ "option", "-Wl", "-a b" },
		{ "option", "-x", "-x;y" },
		{ "number", "017", "-1" },
		{ "number", "0", "1.5" },
		{ "number", "123456789012345678", "1234567890123456789" },
		{ "version", "1.2.3-rc1~2", ">=1" },
		{ "version", "v2", "1 2" },
		{ "line", "any text; at all", "two\nlines" },
		{ "line", "", "\x1b[0m" },
		{ "text", "two\nlines", "\x1b[0m" },
		{ "text", "\ttab", "a\x7f" },
		{ "word", "a", "\xc3\xa9" },
		{ "identifier", "a", "a\xc3\xa9" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char name[120];
		snprintf(name, sizeof(name), "a slot of type %s takes what fits", t[i].type);
		ok(slot_accepts(str_of(t[i].type), str_of(t[i].good)), name);
		snprintf(name, sizeof(name), "and not what does not (%zu)", i);
		ok(!slot_accepts(str_of(t[i].type), str_of(t[i].bad)), name);
	}
	ok(!slot_accepts(STR("word"), STR("a\0b")), "a NUL byte fits nowhere");
	ok(!slot_accepts(STR("path"), STR("a\0b")), "nor in a path");
	ok(!slot_accepts(STR("nonsense"), STR("a")), "an unknown type takes nothing");
	is_str(fill("pip install {evil:package}"), "(refused)", "a command in a name does not get through");
	is_str(fill("cat {up:path}"), "(refused)", "nor a path that climbs");
}

static void test_patterns(void)
{
	is_str(pattern("^{dots}$"), "^a\\.b\\*c\\{2\\}$", "in a pattern a value stands for itself");
	is_str(pattern("a{2} \\p{lu} \\x{e9} (?<n>.)\\k{n} [{]"), "a{2} \\p{lu} \\x{e9} (?<n>.)\\k{n} [{]",
		"what is the pattern's own stays");
	is_str(pattern("{{name}}"), "{left\\-pad}", "doubled braces are none there");
	is_str(pattern("{nothing}"), "(refused)", "and what lacks leaves no pattern");
}

static void test_check(void)
{
	struct err err = { 0 };

	ok(template_check(STR("{a} {b:word} {c|base} {{d:no}} {e?:path|dir}"), false, false, &err),
		"slots that are right pass");
	ok(!template_check(STR("x {a:wrd}"), false, false, &err), "a type that is not there is found");
	ok(strstr(err.text, "wrd"), "and named");
	ok(!template_check(STR("x {a|bse}"), false, false, &err), "so is a filter");
	ok(!template_check(STR("x {a}"), false, true, &err), "an argument's slot needs a type");
	ok(template_check(STR("{{a}} {} {A}"), false, true, &err), "what is no slot does not");
}

int main(void)
{
	stdio_begin("unit-template");
	test_slots();
	test_filters();
	test_types();
	test_patterns();
	test_check();
	arena_free(&a);
	return tap_end();
}
