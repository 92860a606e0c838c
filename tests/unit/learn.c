/* learning: tokens, what varies in a message, and anti-unification */
#include "learn/generalise.h"
#include "pack_of.h"
#include "tap.h"

static struct arena arena = ARENA_INIT;

static const char languages[] =
	"table: languages\n"
	"rows:\n"
	"  toy: {extensions: [.toy], line_comments: ['#'], strings: [{quote: '\"'}], keywords: 'if else return',\n"
	"    imports: [{text: 'use {name}', top: '^#'}]}\n";

static struct repair repair_of(
	const char *project, const char *message, int64_t line, const char *before, const char *after)
{
	return (struct repair){ .id = STR("i"),
		.project = str_of(project),
		.rule = STR("toy.error"),
		.message = str_of(message),
		.file = STR("a.toy"),
		.before = str_of(before),
		.after = str_of(after),
		.line = line };
}

/* NULL, or which candidates the rules leave it to. */
static const char *of_parser;

/* The draft of the repairs; `with` is its last but one step member. */
static bool draft_of(const struct pack *pack, const struct repair *repairs, size_t n, size_t left, size_t right,
	struct draft *out, const char **why)
{
	struct line_change *changes = arena_alloc(&arena, n * sizeof(*changes));
	const struct line_change **at = arena_alloc(&arena, n * sizeof(struct line_change *));
	struct message *messages = arena_alloc(&arena, n * sizeof(*messages));

	for (size_t i = 0; i < n; i++) {
		if (!line_change_read(&arena, pack, &repairs[i], &changes[i], why))
			return false;
		at[i] = &changes[i];
		messages[i] = message_of(&arena, &changes[i]);
		if (!str_eq(change_key(&arena, at[i], &messages[i]), change_key(&arena, at[0], &messages[0]))) {
			*why = "keys";
			return false;
		}
	}
	struct repair_group g = { .at = at,
		.messages = messages,
		.n = n,
		.projects = n,
		.candidates = of_parser,
		.left = left,
		.right = right };
	return generalise(&arena, &g, out, why);
}

static struct str step(const struct draft *d, const char *member)
{
	for (size_t i = 0; i < d->step.n; i++)
		if (str_starts(d->step.at[i], member))
			return str_sub(d->step.at[i], strlen(member) + 2, d->step.at[i].n);
	return STR_NONE;
}

static void test_parts(void)
{
	struct part_change c[CHANGES_MOST];
	struct parts old = parts_of(&arena, STR("print x, 1"), STR_NONE),
		     new = parts_of(&arena, STR("print(x, 1)"), STR_NONE);

	is_int((long long)old.n, 6, "words, numbers, blanks and signs are parts");
	is_int((long long)parts_compare(&arena, &old, &new, c), 2, "two places differ");
	is_int((long long)c[0].from, 1, "the first one after the word");
	is_int((long long)c[1].from, 6, "the second one at the end");
	is_int((long long)parts_compare(&arena, &old, &old, c), 0, "a line is equal to itself");
}

static void test_equal_differences(const struct pack *pack)
{
	const struct repair two[] = {
		repair_of("p", "no 'totl', use 'total'", 1, "x = totl + 1\n", "x = total + 1\n"),
		repair_of("q", "no 'nmae', use 'name'", 1, "return f(nmae)\n", "return f(name)\n"),
	};
	struct draft d;
	const char *why = NULL;

	ok(draft_of(pack, two, 2, 0, 0, &d, &why), "what the message names is a variable of it");
	is_str(d.message, "^no '(?<slot_1>\\w+)', use '(?<slot_2>\\w+)'$", "the message's text stays");
	is_str(step(&d, "replace"), "'\\b{slot_1}\\b'", "the old word is the message's first");
	is_str(step(&d, "with"), "'{slot_2}'", "the new word is its second");
	is_str(d.sample_before, "alpha\n", "the example is of invented words");
}

static bool has_let(const struct draft *d, const char *text)
{
	for (size_t i = 0; i < d->lets.n; i++)
		if (str_is(d->lets.at[i], text))
			return true;
	return false;
}

static void test_place_of_parser(const struct pack *pack)
{
	const struct repair two[] = {
		repair_of("p", "syntax error", 2, "x = [a\n  b]\n", "x = [a,\n  b]\n"),
		repair_of("q", "syntax error", 1, "f(b c)\n", "f(b, c)\n"),
	};
	const struct repair word = repair_of("p", "syntax error", 1, "retrun secret(1)\n", "return secret(1)\n");
	struct draft d;
	const char *why = NULL;

	of_parser = "token";
	ok(draft_of(pack, &two[0], 1, 0, 0, &d, &why), "the parser can say where a sign belongs");
	ok(has_let(&d, "{is: \"{place_text}\", matches: '^\\s*,\\s*$'}"), "the rule says which sign it is");
	ok(has_let(&d, "{is: \"{place_old}\", matches: '^\\s*\\s*$'}"), "and that nothing goes away");
	ok(draft_of(pack, &word, 1, 0, 0, &d, &why), "or which of the language's words");
	ok(has_let(&d, "{is: \"{place_text}\", matches: '^\\s*return\\s*$'}"), "which stays in the rule");
	ok(!has_let(&d, "{is: \"{place_old}\", matches: '^\\s*retrun\\s*$'}"), "a word of the project does not");
	of_parser = NULL;
}

static void test_equal_stays(const struct pack *pack)
{
	const struct repair two[] = {
		repair_of("p", "missing ':'", 1, "if a\n", "if a:\n"),
		repair_of("q", "missing ':'", 2, "\nif long(b)\n", "\nif long(b):\n"),
	};
	struct draft d;
	const char *why = NULL;

	ok(draft_of(pack, two, 2, 0, 0, &d, &why), "an insertion at the end of a line needs no more context");
	is_str(d.message, "^missing ':'$", "quoted signs are text");
	is_str(step(&d, "replace"), "'(?<tail>[ \\t]*$)'", "the pattern is the end of the line");
	is_str(step(&d, "with"), "':{tail}'", "what is equal stays");
	is_int((long long)d.lets.n, 2, "only one place may fit, and no comment is there");
}

static void test_refused(const struct pack *pack)
{
	const struct repair unbound = repair_of("p", "bad value", 1, "x = 1\n", "x = secretname\n"),
			    several = repair_of("p", "bad", 1, "a\nb\nc\n", "x\nb\ny\n"),
			    shift = repair_of("p", "bad indent", 1, "   a\n", "    a\n"),
			    nowhere = repair_of("p", "bad", 1, "a b c d\n", "a b, c d\n"),
			    other = repair_of(
				    "p", "no 'totl', use 'total'", 2, "total = 1\nx = totl\n", "totl = 1\nx = totl\n"),
			    literal = repair_of("p", "bad", 1, "f(x)\n", "f(x, \"k3y\")\n");
	struct draft d;
	const char *why = NULL;

	ok(!draft_of(pack, &unbound, 1, 2, 2, &d, &why), "a new word that nothing binds is refused");
	ok(why && strstr(why, "neither in the message"), "it says so");
	ok(!draft_of(pack, &several, 1, 0, 0, &d, &why), "changes of several places are refused");
	ok(!draft_of(pack, &shift, 1, 2, 2, &d, &why), "indentation is refused");
	ok(!draft_of(pack, &nowhere, 1, 0, 0, &d, &why), "an insertion without anything beside it is refused");
	ok(draft_of(pack, &nowhere, 1, 1, 1, &d, &why), "with the words beside it, it has a place");
	ok(!draft_of(pack, &other, 1, 0, 0, &d, &why), "a definition is not made to fit a mistyped use");
	ok(!draft_of(pack, &literal, 1, 2, 2, &d, &why), "a literal of one project is not written into a rule");
}

static void test_other_forms(const struct pack *pack)
{
	const struct repair upper = repair_of("p", "name 'max' must be upper case", 1, "max = 1\n", "MAX = 1\n"),
			    gone = repair_of("p", "'abc' is unused", 2, "one\nuse abc\ntwo\n", "one\ntwo\n"),
			    import = repair_of("p", "'abc' is not imported", 9, "# t\n\n\n\n\n\n\n\nabc()\n",
				    "# t\nuse abc\n\n\n\n\n\n\n\nabc()\n");
	struct draft d;
	const char *why = NULL;

	ok(draft_of(pack, &upper, 1, 0, 0, &d, &why), "another case of a word is that word");
	is_str(step(&d, "with"), "'{slot_1|upper}'", "in a filter");
	ok(draft_of(pack, &gone, 1, 0, 0, &d, &why), "a line that the message names may be deleted");
	is_str(step(&d, "delete"), "\"{line}\"", "by its number");
	ok(draft_of(pack, &import, 1, 0, 0, &d, &why), "a line in the language's style of imports is one");
	is_str(step(&d, "import"), "'{slot_1}'", "of the name in the message");
}

int main(void)
{
	struct pack *pack = pack_of(languages);

	if (!ok(pack != NULL, "a language"))
		return tap_end();
	test_parts();
	test_equal_differences(pack);
	test_place_of_parser(pack);
	test_equal_stays(pack);
	test_refused(pack);
	test_other_forms(pack);
	pack_free(pack);
	arena_free(&arena);
	return tap_end();
}
