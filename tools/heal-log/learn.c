/* heal-log learn - rules and regression tests from accepted repairs */
#include "learn/learn.h"

#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "config/config.h"
#include "learn/collect_repairs.h"
#include "learn/propose_tests.h"

static const char *root = ".", *accepted;
static bool from_git, passed, only_collect, tests, verbose;
static const struct opt learn_opts[] = {
	OPT_STORE,
	OPT_FLAG('g', "from-git", &from_git, "read the commits of the range, by default all, not heal's fixes"),
	OPT_FLAG(0, "passed", &passed,
		"--from-git: assume that the commands pass since; require no session that shows it"),
	OPT_STR('C', "root", "DIR", &root, "--from-git, --tests: the project, by default the current directory"),
	OPT_FLAG(0, "collect", &only_collect, "only store the repairs; a later call learns from them"),
	OPT_FLAG(0, "tests", &tests, "propose regression tests for incidents that recur, instead of rules"),
	OPT_STR('a', "accept", "ID", &accepted, "approve the learned rule, so that it may be applied"),
	OPT_FLAG('v', "verbose", &verbose, "also print why a repair resulted in no rule"),
	OPT_END,
};

struct learning_shown {
	struct arena a;
	size_t rules, changed;
};

static void rule_show(void *ctx, const struct learned *l)
{
	struct learning_shown *s = ctx;

	if (l->why) {
		if (verbose)
			printf("no rule: %s: %s (%s)\n", visible_in(&s->a, l->rule), l->why, visible_in(&s->a, l->of));
		return;
	}
	s->rules++;
	s->changed += l->changed;
	printf("%s\t%s%s\t%lld repairs, %lld projects, %lld failures\t%.2f\n", visible_in(&s->a, l->id),
		l->standing.status, l->standing.reviewed ? ", reviewed" : "", (long long)l->standing.repairs,
		(long long)l->standing.projects, (long long)l->standing.failures, l->standing.confidence);
}

/* ---- tests ---- */

struct tests_shown {
	struct arena a;
	size_t proposed;
};

static void test_show(void *ctx, const struct test_proposal *p)
{
	struct tests_shown *s = ctx;
	const char *message = visible_in(&s->a, p->message);

	if (!p->status.n) {
		if (verbose)
			printf("no test: %s (%s)\n", visible_in(&s->a, p->why), message);
		return;
	}
	s->proposed += p->plan.n > 0;
	printf("%s\t%s\t%s\t%lld of %lld runs as expected\t%.2f\t%lld times: %s\n", visible_in(&s->a, p->path),
		visible_in(&s->a, p->framework), visible_in(&s->a, p->status), (long long)p->score.expected,
		(long long)p->score.runs, p->score.confidence, (long long)p->occurrences, message);
	if (p->plan.n)
		printf("\theal review show %s; heal review approve --apply %s\n", visible_in(&s->a, p->plan),
			visible_in(&s->a, p->plan));
	else if (p->why.n)
		printf("\t%s\n", visible_in(&s->a, p->why));
}

static bool tests_propose(struct store *s, const struct pack *pack, char *const *command, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str top = project_root(&a, root);
	struct config *config = config_or_die(top.p);
	struct propose_options o = { pack, config, top.p, command };
	struct tests_shown shown = { .a = ARENA_INIT };
	bool ok = propose_tests(s, &o, test_show, &shown, err);

	if (ok)
		printf("%zu tests proposed\n", shown.proposed);
	arena_free(&shown.a);
	config_free(config);
	arena_free(&a);
	return ok;
}

/* ---- repairs ---- */

static bool collect(
	struct store *s, const struct pack *pack, const char *operand, struct collected_repairs *n, struct err *err)
{
	if (!from_git)
		return collect_fixes(s, str_of(operand), n, err);
	struct commit_search how = { root, operand ? str_of(operand) : STR("HEAD"), passed };
	return collect_commits(s, pack, &how, n, err);
}

/* operands: a list that ends with NULL */
static int learn_all(struct arena *a, const char *folder, char *const *operands)
{
	struct learning_shown shown = { .a = ARENA_INIT };
	struct collected_repairs n = { 0 };
	struct err err;
	struct pack *pack = pack_load(NULL, &err);
	struct store *s = pack ? store_open_all(store_chosen(a), &err) : NULL;
	bool ok = s && collect(s, pack, tests ? NULL : operands[0], &n, &err);

	if (ok && !only_collect)
		ok = tests ? tests_propose(s, pack, operands, &err) :
			     learn_rules(s, pack, folder, rule_show, &shown, &err);
	if (ok && !tests)
		printf("%zu repairs found, %zu of them new; %zu rules, %zu of them written to %s\n", n.found, n.added,
			shown.rules, shown.changed, visible_in(a, str_of(folder)));
	else if (!ok)
		complain(err.status, "%s", err.text);
	store_close(s);
	pack_free(pack);
	arena_free(&shown.a);
	return HEAL_OK;
}

static int learn(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct str folder = learn_folder(&a), path;
	struct err err;
	int status = HEAL_OK;

	if (argc > 2 && !tests)
		die(HEAL_WRONG, "unexpected argument '%s'; see '%s --help'", argv[2], tool_name);
	if (!folder.p)
		die(HEAL_WRONG, "no directory for learned rules: neither $XDG_CONFIG_HOME nor $HOME is set");
	if (!accepted)
		status = learn_all(&a, folder.p, argv + 1);
	else if (argc > 1 || from_git)
		die(HEAL_WRONG, "--accept cannot be combined with other options");
	else if (!learn_accept(folder.p, str_of(accepted), &path, &err))
		complain(err.status, "%s", err.text);
	else
		printf("%s is signed off\n", visible_in(&a, str_of(accepted)));
	arena_free(&a);
	return status;
}

const struct log_command learn_command = { "learn",
	{ "heal-log learn", "[ID | --from-git [RANGE] | --tests [-- COMMAND]]", "learn rules from accepted repairs",
		learn_opts,
		"Rules are written to the user's folder of packs; only a reviewed or universal one acts.\n" },
	learn };
