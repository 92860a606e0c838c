/* Tests counted, incidents compared, a command run again, texts parsed once. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/proc.h"
#include "detect/test_count.h"
#include "detect/test_outcomes.h"
#include "exec/observed_run.h"
#include "tap.h"
#include "validate/compare.h"
#include "validate/syntax.h"

static struct arena a;
static struct pack *pack;

static void counts(const char *text, long want, const char *name)
{
	is_int(tests_run(pack, str_of(text)), want, name);
}

static void tally(void)
{
	counts("", -1, "silence tells of no tests");
	counts("gcc -c a.c\n", -1, "a compiler is no test runner");
	counts("=== 1 failed, 2 passed, 1 skipped in 0.12s ===\n", 3, "pytest");
	counts("5 passed in 1.10s\n", 5, "pytest -q");
	counts("== 3 skipped in 0.02s ==\n", 0, "pytest that skipped all ran none");
	counts("160 passed, 4 subtests passed in 0.66s\n", 160, "pytest with counts that plugins add");
	counts("1 failed, 3 passed, 2 warnings, 1 error, 2 rerun in 0.66s\n", 4, "pytest with all of its counts");
	counts("1 error, 4 subtests passed in 0.66s\n", 0, "pytest that only collected");
	counts("no tests ran in 0.01s\n", 0, "pytest that found none");
	counts("Ran 5 tests in 0.001s\n\nOK (skipped=2)\n", 3, "unittest takes off what it skipped");
	counts("Ran 0 tests in 0.000s\n\nNO TESTS RAN\n", 0, "unittest that found none");
	counts("ok  \texample.com/a\t0.01s\nFAIL\texample.com/b\t0.02s\n", 2, "go counts packages");
	counts("?   \texample.com/a\t[no test files]\n", 0, "a go package without tests");
	counts("ok  \texample.com/a\t0.01s [no tests to run]\n", 0, "a go package whose tests are filtered away");
	counts("test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured\n"
	       "test result: FAILED. 1 passed; 2 failed; 0 ignored\n",
		7, "cargo adds its binaries up");
	counts("50% tests passed, 1 tests failed out of 2\n", 2, "ctest");
	counts("100%: Checks: 3, Failures: 0, Errors: 0\n", 3, "Check");
	counts("4 Tests 1 Failures 1 Ignored\nFAIL\n", 3, "Unity takes off what it ignored");
	counts("[==========] 3 test(s) run.\n", 3, "cmocka");
	counts("[====] Synthesis: Tested: 3 | Passing: 2 | Failing: 1 | Crashing: 0\n", 3, "Criterion");
	counts("               tests      5      5      4      1        0\n", 5, "CUnit");
	counts("[doctest] test cases:  3 |  3 passed | 0 failed | 0 skipped\n", 3, "doctest");
	counts("Running 3 test cases...\n", 3, "Boost.Test");
	counts("Totals: 3 passed, 1 failed, 0 skipped, 0 blacklisted, 2ms\n", 4, "Qt Test");
	counts("OK (3 tests)\n", 3, "JUnit");
	counts("Tests run: 3,  Failures: 1\n", 3, "JUnit with a failure");
	counts("cc -o test_list test_list.o\n./test_list\n", 1, "a program of the tests that make starts");
	counts("valgrind -q ./build/test_list -v\n", 1, "behind another");
	counts("/usr/bin/checkmodule -M\n./configure\n./test_list.c:3: warning: x\n", -1,
		"and no other program or file");
	counts("Tests:       1 failed, 1 skipped, 3 passed, 5 total\n", 4, "jest");
	counts("      Tests  1 failed | 2 passed (3)\n", 3, "vitest");
	counts("  3 passing (10ms)\n  1 failing\n", 4, "mocha");
	counts("1..3\nok 1 a\nnot ok 2 b\nok 3 c # skip no x\n", 2, "TAP");
	counts("1..0\n", 0, "an empty plan");
	counts("Ok:                 12\nExpected Fail:      0\nFail:               1\n", 13, "meson");
	counts("# TOTAL: 5\n# PASS:  4\n# SKIP:  1\n", 4, "automake");
	counts("\033[32m\033[1m5 passed\033[0m\033[32m in 0.10s\033[0m\n", 5, "colours are looked through");
	counts("99999999999999999999999 passed in 0.1s\n", 1, "a number that is none is a match all the same");
}

/* want: the names, "+" before those that passed and "-" before those that failed, in order. */
static void names(const char *text, const char *want, const char *name)
{
	struct test_outcomes found;
	struct str got = STR("");
	bool all = true;

	test_outcomes_read(&a, pack, str_of(text), &found);
	for (size_t i = 0; i < found.all.n; i++) {
		const struct test_outcome *t = &found.all.at[i];
		got = arena_printf(
			&a, "%.*s%s%s%.*s", STR_ARG(got), i ? " " : "", t->failed ? "-" : "+", STR_ARG(t->name));
		all &= test_outcome_find(&found, t->name) == t;
	}
	is_str(got, want, name);
	ok(all && !test_outcome_find(&found, STR("no such test")), "each test is found by its name, and no other");
}

static void outcomes(void)
{
	names("", "", "silence names no test");
	names("PASSED t.py::test_a\nPASSED t.py::test_b[x y]\nFAILED t.py::test_c - assert 1 == 2\n"
	      "ERROR t.py::test_d - fixture 'x' not found\nSKIPPED [1] t.py:3: no\n",
		"+t.py::test_a +t.py::test_b[x y] -t.py::test_c -t.py::test_d", "pytest -rA");
	names("test_a (t.T.test_a) ... ok\ntest_b (t.T.test_b)\nIt fails. ... FAIL\ntest_c (t.T) ... ERROR\n",
		"+test_a (t.T.test_a) -test_c (t.T)", "unittest -v");
	names("{\"Time\":\"x\",\"Action\":\"pass\",\"Package\":\"m/p\",\"Test\":\"TestA\",\"Elapsed\":0}\n"
	      "{\"Time\":\"x\",\"Action\":\"fail\",\"Package\":\"m/q\",\"Test\":\"TestA/b c\",\"Elapsed\":0}\n"
	      "{\"Time\":\"x\",\"Action\":\"fail\",\"Package\":\"m/q\",\"Elapsed\":0}\n",
		"+m/p TestA -m/q TestA/b c", "go test -json, whose packages are no tests");
	names("test a::b ... ok\ntest a::c - should panic ... FAILED\ntest a::d ... ignored\n",
		"+a::b -a::c - should panic", "cargo");
	names("1/3 Test #1: one ..............   Passed    0.01 sec\n"
	      "2/3 Test #2: two ..............***Failed    0.01 sec\n"
	      "3/3 Test #3: three ............***Exception: SegFault  0.10 sec\n",
		"+one -three -two", "ctest");
	names("PASS: one.test\nFAIL: two.test\nSKIP: three\nXFAIL: four\nERROR: five\n", "-five +one.test -two.test",
		"automake");
	names("1..5\nok 1 - one\nnot ok 2 two # in 3 ms\nok 3 three # skip no x\nnot ok 4 four # TODO later\n"
	      "    ok 1 - within\n",
		"+one -two +within", "TAP: what is skipped or to be done has no outcome");
	names("  \xe2\x9c\x93 adds (5 ms)\n  \xe2\x9c\x95 subtracts (1 ms)\n", "+adds -subtracts", "jest");
	names("\033[32mPASS\033[0m: one\n", "+one", "colours are looked through");
	names("PASS: one\nFAIL: one\nPASS: one\n", "-one", "of several tests of a name one failed");
}

static struct record incident(const char *print, const char *level, int64_t line)
{
	struct record r = record_new(&a, KIND_INCIDENT);

	r.fingerprint = str_of(print);
	r.error.rule = STR("t");
	r.error.level = level_parse(str_of(level));
	r.error.message = STR("m");
	r.error.line = line;
	return r;
}

static void add(struct collection *now, const char *print, const char *level, int64_t line)
{
	struct record r = incident(print, level, line);

	collection_add(now, &r);
}

static void compare(void)
{
	struct comparison c;
	struct collection now;
	struct tree tree = { .fd = -1, .path = STR("/nowhere") };
	struct record one = incident("x", "error", 3), two = incident("x", "error", 9),
		      other = incident("w", "warning", 1);

	comparison_init(&c, &a, &tree, STR("/nowhere"));
	comparison_before(&c, &one);
	comparison_before(&c, &one);
	comparison_before(&c, &two);
	comparison_before(&c, &other);
	collection_init(&now);
	ok(comparison_resolved(&c, &one, &now), "what is nowhere is gone");
	is_int(comparison_new(&c, &now, LEVEL_ERROR, NULL), 0, "nothing is nothing new");
	add(&now, "x", "error", 9);
	ok(comparison_resolved(&c, &one, &now), "the other one of the same fingerprint is not this one");
	ok(!comparison_resolved(&c, &two, &now), "it is that one");
	is_int(comparison_new(&c, &now, LEVEL_ERROR, NULL), 0, "what was there is not new");
	add(&now, "x", "error", 20);
	ok(!comparison_resolved(&c, &one, &now), "at a place that nobody knows it may be this one");
	is_int(comparison_new(&c, &now, LEVEL_ERROR, NULL), 0, "two there were, two there are");
	add(&now, "x", "error", 30);
	is_int(comparison_new(&c, &now, LEVEL_ERROR, NULL), 1, "a third place is new, though it was told twice before");
	add(&now, "y", "warning", 1);
	is_int(comparison_new(&c, &now, LEVEL_ERROR, NULL), 1, "a warning is not as bad as an error");
	is_int(comparison_new(&c, &now, LEVEL_WARNING, NULL), 2, "and as bad as a warning");
	add(&now, "z", "fatal", 1);
	is_int(comparison_new(&c, &now, LEVEL_ERROR, NULL), 2, "fatal is worse");
	collection_release(&now);
}

static void rerun(void)
{
	static const char *const print[] = { "printf", "a.c:1:2: error: bad\\n", NULL }, *const cat[] = { "cat", NULL };
	static const char *const sleeps[] = { "sleep", "30", NULL }, *const none[] = { "no-such-program-here", NULL };
	struct observe_options o = {
		.argv = (char *const *)print, .pack = pack, .merge = true, .no_input = true, .timeout = 20
	};
	struct observed_run r;
	struct err err;
	char first[65], again[65];

	ok(observe(&o, &r, &err) && r.run.status == 0, "a command runs");
	is_int((long)r.incidents.n, 1, "what it prints is read");
	is_int(observed_run_tests(&r, pack), -1, "it ran no tests");
	observed_run_signature(&r, first);
	observed_run_release(&r);
	ok(observe(&o, &r, &err), "it runs again");
	observed_run_signature(&r, again);
	ok(strcmp(first, again) == 0, "and does the same");
	observed_run_release(&r);
	o.argv = (char *const *)none;
	ok(observe(&o, &r, &err) && r.run.status == 127, "a program that is not there ends with 127");
	observed_run_release(&r);
	o.argv = (char *const *)sleeps;
	o.timeout = 0.3;
	ok(observe(&o, &r, &err) && r.run.timed_out && r.run.seconds < 10, "the deadline holds");
	observed_run_release(&r);
	o.argv = (char *const *)cat;
	o.timeout = 20;
	ok(observe(&o, &r, &err) && r.run.status == 0 && !r.output.n, "its input is empty");
	observed_run_release(&r);
}

static void put(const char *dir, const char *name, const char *text)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
}

static void folder_remove(const char *dir)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/a.js", dir);
	unlink(path);
	rmdir(dir);
}

/* A text that the parser accepted in a copy is not parsed again in the project. */
static void accepted(void)
{
	char copy[] = "/tmp/heal-unit-XXXXXX", project[] = "/tmp/heal-unit-XXXXXX";

	if (!mkdtemp(copy) || !mkdtemp(project))
		abort();
	put(copy, "a.js", "var x = 1;\n");
	put(project, "a.js", "var x = 1;\n");
	struct check first = syntax_check(&a, pack, copy, STR("a.js"));
	if (first.status == CHECK_SKIPPED) {
		tap_skip("a text that was accepted", "node is not installed");
	} else {
		struct check again = syntax_check(&a, pack, project, STR("a.js"));
		is_int(first.status, CHECK_PASSED, "a text is parsed");
		is_int(again.status, CHECK_PASSED, "the same text in another folder is accepted");
		is_int(first.seconds > 0 && again.seconds == 0, true, "without being parsed again");
		is_int(again.confined.n == first.confined.n, true, "and says how the parser was confined");
		put(project, "a.js", "var x = (;\n");
		is_int(syntax_check(&a, pack, project, STR("a.js")).status, CHECK_FAILED, "another text is parsed");
	}
	folder_remove(copy);
	folder_remove(project);
}

int main(void)
{
	struct err err;

	char *build = getenv("HEAL_BUILD");
	struct str image = arena_printf(&a, "%s/share/heal.pack", build ? build : ".");
	pack = pack_load(image.p, &err);
	if (!pack) {
		tap_skip("all of it", "no compiled packs");
		return tap_end();
	}
	tally();
	outcomes();
	compare();
	rerun();
	accepted();
	pack_free(pack);
	arena_free(&a);
	return tap_end();
}
