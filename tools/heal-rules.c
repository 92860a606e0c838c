/* heal-rules - compile, check, test and explain rule packs */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analyze/cause_examples.h"
#include "base/diag.h"
#include "base/io.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/private_folder.h"
#include "detect/detector.h"
#include "detect/examples.h"
#include "fmt.h"
#include "keywords.h"
#include "uses.h"
#include "redact/redact.h"
#include "rules/compile.h"
#include "rules/pack_rules.h"

static const char *output, *packs;
static bool strict, naive, in_place, check, uses, wakes;
static const double OFTEN = 0.001; /* of lines without failures */
static int wanted_good = 1, wanted_silent = 1;
static const struct opt opts[] = {
	OPT_STR('o', "output", "file", &output, "compile: the image to write"),
	OPT_STR('p', "packs", "file", &packs, "rule image to use instead of the installed one; compile: to add to"),
	OPT_FLAG('s', "strict", &strict, "a rule without an example is an error"),
	OPT_FLAG('w', "wakes", &wakes, "lint: also list the rules that are tried on many lines without failures"),
	OPT_INT(0, "good", "N", &wanted_good, "coverage: required examples that expect a record of the rule (1)"),
	OPT_INT(0, "silent", "N", &wanted_silent, "coverage: required examples that do not (1)"),
	OPT_FLAG(0, "naive", &naive, "test: try patterns on all lines, not only those with a literal"),
	OPT_FLAG(0, "uses", &uses, "keywords: count the uses of each keyword in the directories"),
	OPT_FLAG('i', "in-place", &in_place, "fmt: write the files"),
	OPT_FLAG(0, "check", &check, "fmt: only list the files that are not in canonical form"),
	OPT_END,
};
static const struct tool tool = { "heal-rules",
	"compile|lint|test|coverage|list|explain|cost|keywords|fmt [argument ...]",
	"compile, check, test and explain rule packs", opts,
	"  compile [dir ...]       compile packs and tables into an image\n"
	"  lint [dir ...]          check packs and tables\n"
	"  test [id-glob]          run the examples of rules\n"
	"  coverage [id-glob]      list rules with too few examples\n"
	"  list [id-glob]          list rules: id, tool, pattern\n"
	"  explain id [file]       show why a rule matches a text or not\n"
	"  cost [file]             count the lines on which each pattern is tried\n"
	"  keywords [page]         print the grammar of packs and tables\n"
	"  keywords --uses [dir ...]  count the uses of each keyword\n"
	"  fmt [-i|--check] file ...  packs and tables in canonical form\n" };

/* A folder that a variable names: what is compiled from it decides what heal does. */
static const char *folder_of_data(struct arena *a, const char *data, const char *name)
{
	const char *dir = arena_printf(a, "%s/%s", data ? data : HEAL_DATA, name).p;
	struct stat st;
	struct err err;

	if (data && stat(dir, &st) == 0 && !trusted_stat(&st, dir, &err))
		die(err.status, "HEAL_DATA_DIR: %s", err.text);
	return dir;
}

/* Without directories: the installed packs, then the user's, which override them. */
static size_t dirs_default(struct arena *a, const char **dirs)
{
	struct str config = dir_config(a);
	const char *data = getenv("HEAL_DATA_DIR");
	size_t n = 0;

	dirs[n++] = folder_of_data(a, data, "patterns");
	dirs[n++] = folder_of_data(a, data, "tables");
	if (config.p) {
		dirs[n++] = arena_printf(a, "%.*s/patterns", STR_ARG(config)).p;
		dirs[n++] = arena_printf(a, "%.*s/tables", STR_ARG(config)).p;
	}
	return n;
}

static void faults_tell(const struct compilation *c)
{
	for (size_t i = 0; i < c->faults.n; i++)
		complain(HEAL_WRONG, "%.*s", STR_ARG(c->faults.at[i].text));
}

/* The files of the directories, `count` of them. */
static struct source_file *read_all(struct arena *a, char **args, size_t *count)
{
	const char *dirs[4];
	struct source_file *files;
	struct err err;
	size_t n = 0;

	while (args[n])
		n++;
	bool ok = n ? sources_read(a, (const char *const *)args, n, &files, count, &err) :
		      sources_read(a, dirs, dirs_default(a, dirs), &files, count, &err);
	if (!ok)
		die(err.status, "%s", err.text);
	if (*count == 0)
		die(HEAL_WRONG, "no packs found");
	return files;
}

/* Read and check all files; returns the number of valid ones. */
static size_t take_all(struct arena *a, struct compilation *c, char **args)
{
	size_t count = 0, good = 0;
	struct source_file *files = read_all(a, args, &count);

	for (size_t i = 0; i < count; i++)
		good += compilation_add(c, &files[i]);
	faults_tell(c);
	return good;
}

static struct pack *load(void)
{
	struct err err;
	struct pack *p = pack_load(packs, &err);

	if (!p)
		die(err.status, "%s", err.text);
	return p;
}

static int compile(struct arena *a, char **args)
{
	struct compilation c;
	struct err err;

	if (!output)
		die(HEAL_WRONG, "'compile' requires --output");
	compilation_init(&c, a);
	c.strict = strict;
	if (packs) {
		struct pack *p = load();
		compilation_base(&c, p);
		pack_free(p);
	}
	take_all(a, &c, args);
	struct str image = compilation_image(&c, &err);
	if (!image.p || !file_replace(output, image, 0644, &err))
		die(err.status, "%s", err.text);
	return HEAL_OK;
}

static int lint(struct arena *a, char **args)
{
	struct compilation c;

	compilation_init(&c, a);
	c.strict = strict;
	size_t good = take_all(a, &c, args);
	printf("%zu valid files, %zu rules, %zu causes\n", good, c.rules.n, c.causes.n);
	for (size_t i = 0; wakes && i < c.rules.n; i++) {
		double share = rule_share(&c, c.rules.at[i]);
		if (share > OFTEN)
			printf("%5.1f %%  %s\n", 100 * share, visible_in(a, yaml_str(yaml_get(c.rules.at[i], "id"))));
	}
	return HEAL_OK;
}

static int keyword_uses(struct arena *a, char **args)
{
	size_t count = 0;
	struct source_file *files = read_all(a, args, &count);

	return keyword_uses_show(a, files, count);
}

struct tally {
	unsigned passed, failed;
};

static void example_print(void *ctx, const struct example_result *r)
{
	struct tally *t = ctx;

	if (r->passed) {
		t->passed++;
		return;
	}
	t->failed++;
	struct arena a = ARENA_INIT;
	printf("not ok %s example %u (line %u): %s\n", visible_in(&a, r->rule), r->number, r->line,
		visible_in(&a, r->why));
	arena_free(&a);
}

static void secret_print(void *ctx, const struct redact_example *r)
{
	struct example_result as = { r->kind, r->number, r->line, r->passed, r->why };

	example_print(ctx, &as);
}

static int test(char **args)
{
	struct pack *p = load();
	struct tally t = { 0, 0 };

	examples_run(p, str_of(args[0]), naive, example_print, &t);
	redact_examples(p, str_of(args[0]), secret_print, &t);
	cause_examples_run(p, str_of(args[0]), example_print, &t);
	pack_free(p);
	if (t.passed + t.failed == 0)
		die(HEAL_WRONG, "no rule with examples matches '%s'; use an id or a glob such as 'gcc.*'",
			args[0] ? args[0] : "*");
	printf("%u examples passed, %u failed\n", t.passed, t.failed);
	return t.failed ? HEAL_NO : HEAL_OK;
}

struct coverage {
	unsigned rules, with_good, with_silent, lacking;
};

static void count_print(void *ctx, const struct example_count *count)
{
	struct coverage *c = ctx;
	bool has_good = count->good >= (unsigned)wanted_good, has_silent = count->silent >= (unsigned)wanted_silent;

	if (!count->reports)
		return;
	c->rules++;
	c->with_good += has_good;
	c->with_silent += has_silent;
	if (has_good && has_silent)
		return;
	c->lacking++;
	struct arena a = ARENA_INIT;
	printf("%s\t%u good\t%u silent\n", visible_in(&a, count->rule), count->good, count->silent);
	arena_free(&a);
}

static int coverage(char **args)
{
	struct pack *p = load();
	struct coverage c = { 0 };

	examples_count(p, str_of(args[0]), count_print, &c);
	printf("%u rules, %u with %d good, %u with %d silent, %u lack some\n", c.rules, c.with_good, wanted_good,
		c.with_silent, wanted_silent, c.lacking);
	pack_free(p);
	return c.lacking || c.rules == 0 ? HEAL_NO : HEAL_OK;
}

static int list(char **args)
{
	struct arena a = ARENA_INIT;
	struct pack *p = load();

	for (uint32_t i = 0; i < pack_rules(p); i++) {
		struct pack_rule r = pack_rule(p, i);
		if (!args[0] || glob_match(str_of(args[0]), r.id))
			printf("%s\t%s\t%s\n", visible_in(&a, r.id), visible_in(&a, node_str(node_get(r.node, "tool"))),
				visible_in(&a, r.pattern));
	}
	arena_free(&a);
	pack_free(p);
	return HEAL_OK;
}

static bool is_rule(const struct pack *p, struct str id)
{
	for (uint32_t i = 0; i < pack_rules(p); i++)
		if (str_eq(pack_rule(p, i).id, id))
			return true;
	return false;
}

static int explain(struct arena *a, char **args)
{
	struct err err;
	struct str text;

	if (!args[0])
		die(HEAL_WRONG, "'explain' requires the id of a rule; 'heal-rules list' lists them");
	bool ok = args[1] ? file_read(a, args[1], 64 << 20, &text, &err) : fd_read(a, 0, 64 << 20, &text, &err);
	if (!ok)
		die(err.status, "%s", err.text);
	struct pack *p = load();
	if (!is_rule(p, str_of(args[0])))
		die(HEAL_WRONG, "no such rule: '%s'; 'heal-rules list' lists them", args[0]);
	detector_explain(p, str_of(args[0]), text, stdout);
	pack_free(p);
	return HEAL_OK;
}

struct busy {
	struct str id;
	unsigned long lines;
};

static int busier(const void *x, const void *y)
{
	const struct busy *a = x, *b = y;

	return (a->lines < b->lines) - (a->lines > b->lines);
}

/* The cost of a rule: its pattern is tried on each line that contains one of its literals. */
static unsigned long candidates_count(const struct pack *p, struct str text, struct busy *rules, unsigned long *lines)
{
	struct gate_hit hits[256];
	struct str line;
	unsigned long candidates = 0;

	for (*lines = 0; str_line(&text, &line); (*lines)++) {
		size_t n;
		struct line_facts facts;
		bool meets = false;
		line_facts_begin(&facts);
		gate_scan(pack_gate(p), line, 0, hits, 256, &n);
		for (size_t i = 0; i < n; i++) {
			uint32_t count;
			const uint32_t *of = pack_literal_rules(p, hits[i].id, &count);
			for (uint32_t k = 0; k < count; k++)
				if (of[k] < pack_rules(p) && pack_needs_met(p, of[k], line, &facts)) {
					rules[of[k]].lines++;
					meets = true;
				}
		}
		candidates += meets;
	}
	return candidates;
}

static int cost(struct arena *a, char **args)
{
	struct err err;
	struct str text;
	unsigned long lines;

	if (!(args[0] ? file_read(a, args[0], 256 << 20, &text, &err) : fd_read(a, 0, 256 << 20, &text, &err)))
		die(err.status, "%s", err.text);
	struct pack *p = load();
	struct busy *rules = arena_alloc(a, (pack_rules(p) + 1) * sizeof(*rules));
	for (uint32_t i = 0; i < pack_rules(p); i++)
		rules[i].id = pack_rule(p, i).id;
	unsigned long candidates = candidates_count(p, text, rules, &lines);
	qsort(rules, pack_rules(p), sizeof(*rules), busier);
	printf("a pattern is tried on %lu of %lu lines, found with the kernel %s\n", candidates, lines,
		gate_kernel_name(0));
	for (uint32_t i = 0; i < pack_rules(p) && i < 25 && rules[i].lines; i++)
		printf("%8lu  %s\n", rules[i].lines, visible_in(a, rules[i].id));
	pack_free(p);
	return HEAL_OK;
}

int main(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	int status;

	tool_begin(&tool, &argc, argv, NULL, false);
	if (argc < 2)
		die(HEAL_WRONG,
			"requires a command: compile, lint, test, coverage, list, explain, cost, keywords or fmt; see "
			"'heal-rules "
			"--help'");
	char **args = argv + 2;
	if (strcmp(argv[1], "compile") == 0)
		status = compile(&a, args);
	else if (strcmp(argv[1], "lint") == 0)
		status = lint(&a, args);
	else if (strcmp(argv[1], "test") == 0)
		status = test(args);
	else if (strcmp(argv[1], "coverage") == 0)
		status = coverage(args);
	else if (strcmp(argv[1], "list") == 0)
		status = list(args);
	else if (strcmp(argv[1], "explain") == 0)
		status = explain(&a, args);
	else if (strcmp(argv[1], "cost") == 0)
		status = cost(&a, args);
	else if (strcmp(argv[1], "keywords") == 0)
		status = uses ? keyword_uses(&a, args) : keywords_show(&a, args[0]);
	else if (strcmp(argv[1], "fmt") == 0)
		status = fmt_files(&a, args, check ? FMT_CHECK : in_place ? FMT_IN_PLACE : FMT_PRINT);
	else
		die(HEAL_WRONG, "unknown command '%s'; see 'heal-rules --help'", argv[1]);
	arena_free(&a);
	return tool_end(status);
}
