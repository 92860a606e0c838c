/* heal policy test - what the policy would decide now, by kind of step, risk and confirmation, and why */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/diag.h"
#include "base/io.h"
#include "commands.h"
#include "health/healing.h"
#include "policy/branch.h"
#include "policy/host_context.h"
#include "policy/policy.h"
#include "store/monitor_state.h"

enum { WIDTH = 1000, HASH = 64 };

static const struct tool policy_tool = { "heal policy", "test [DIR]", "show what the policy would decide now, and why",
	no_opts, "For each kind of step and each risk, with each confirmation.  Nothing is changed.\n" };

static const struct {
	const char *name;
	bool change, command, retry, advice;
} steps[] = {
	{ "edit", true, false, false, false },
	{ "command", false, true, false, false },
	{ "retry", false, false, true, false },
	{ "advice", false, false, false, true },
};
static const char *const consents[] = {
	[CONSENT_NONE] = "-", [CONSENT_APPLY] = "--apply", [CONSENT_YES] = "--yes", [CONSENT_PERSON] = "asked"
};
static const char *const verdicts[] = {
	[VERDICT_ACT] = "apply", [VERDICT_QUEUE] = "queue", [VERDICT_REFUSE] = "refuse", [VERDICT_SKIP] = "skip"
};

/* A plan of one step that nothing speaks against but the policy. */
static struct decision decision_of(struct arena *a, const struct policy *p, const struct tree *t, size_t step,
	enum risk_level risk, enum consent consent, double confidence)
{
	static char word[] = "true";
	static char *argv[] = { word, NULL };
	struct change change = { .kind = CHANGE_WRITE, .path = STR("file") };
	struct command command = { .argv = argv, .dir = STR(""), .risk = risk };
	struct plan plan = { .a = a,
		.tree = t,
		.applicability = APPLICABILITY_MACHINE,
		.confidence = confidence,
		.risk = risk,
		.changes = &change,
		.n = steps[step].change,
		.commands = &command,
		.commands_n = steps[step].command,
		.has_retry = steps[step].retry,
		.has_advice = steps[step].advice };

	/* The hash of no plan, so there is neither an approval nor a denial. */
	memset(plan.hash, '0', HASH);
	return policy_decide(p, &plan, NULL, NULL, consent);
}

static void row(size_t step, struct str risk, const char *consent, const struct decision *d)
{
	char reason[WIDTH];

	printf("%-8s %-6.*s %-8s %s", steps[step].name, STR_ARG(risk), consent, verdicts[d->verdict]);
	if (d->reason[0])
		printf("%*s%s", 8 - (int)strlen(verdicts[d->verdict]), "",
			visible(str_of(d->reason), reason, sizeof(reason)));
	putchar('\n');
}

static void decisions_show(struct arena *a, const struct policy *p, const struct tree *t, double threshold)
{
	printf("step     risk   consent  verdict reason\n");
	for (size_t step = 0; step < sizeof(steps) / sizeof(steps[0]); step++) {
		if (!steps[step].change && !steps[step].command) {
			struct decision d = decision_of(a, p, t, step, RISK_GREEN, CONSENT_NONE, 1);
			row(step, STR("-"), "any", &d);
			continue;
		}
		for (enum risk_level risk = RISK_GREEN; risk <= RISK_RED; risk++)
			for (enum consent c = CONSENT_NONE; c <= CONSENT_PERSON; c++) {
				struct decision d = decision_of(a, p, t, step, risk, c, 1);
				row(step, risk_name(risk), consents[c], &d);
			}
	}
	struct decision low = decision_of(a, p, t, 0, RISK_GREEN, CONSENT_YES, threshold - 0.01);
	printf("with a confidence below the threshold:\n");
	row(0, STR("green"), "--yes", &low);
}

static void setting_show(struct arena *a, const struct config *c, const char *key)
{
	char value[WIDTH], origin[WIDTH];

	printf("%-18s %s (%s)\n", key, visible(config_show(a, c, key), value, sizeof(value)),
		visible(str_of(config_origin(c, key)), origin, sizeof(origin)));
}

static double context_show(struct arena *a, const struct config *c)
{
	struct context_reason why[CONTEXT_REASONS];
	struct host_readings now;
	char shown[WIDTH];

	host_readings_take(&now);
	size_t n = context_reasons(a, c, &now, why);
	double threshold = context_threshold(c, n);
	printf("%-18s %.2f now\n", "", threshold);
	for (size_t i = 0; i < n; i++)
		printf("%-18s raised: %s (%s)\n", "", visible(why[i].why, shown, sizeof(shown)), why[i].key);
	if (!n)
		printf("%-18s not raised by the context\n", "");
	return threshold;
}

struct breakers {
	struct breaker_rule rule;
	size_t n;
};

static void breaker_line(void *ctx, struct str name, struct str value)
{
	struct breakers *x = ctx;
	struct arena a = ARENA_INIT;
	struct breaker b = breaker_parse(value);
	char shown[WIDTH];

	printf("%-18s %s: %s\n", x->n++ ? "" : "breakers", visible(name, shown, sizeof(shown)),
		breaker_show(&a, &b, &x->rule, (int64_t)time(NULL)).p);
	arena_free(&a);
}

static void breakers_show(struct arena *a, const struct config *c, struct str root)
{
	struct breakers x = { .rule = breaker_rule_of(c) };
	struct str set = config_str(c, "store");
	struct err err;
	struct store *s = store_open_read(set.n ? arena_strdup(a, set) : NULL, &err);

	if (s)
		monitor_states_each(s, MONITOR_BREAKER, root, breaker_line, &x, &err);
	if (!x.n)
		printf("%-18s none has a failure\n", "breakers");
	store_close(s);
}

static void branch_show(struct arena *a, const struct config *c, struct str root)
{
	struct str branch;
	char shown[WIDTH];

	if (!branch_of(a, root, &branch)) {
		printf("%-18s none\n", "branch");
		return;
	}
	printf("%-18s %s, %s\n", "branch", visible(branch, shown, sizeof(shown)),
		branch_is_protected(a, c, root, &branch) ? "protected" : "not protected");
}

int command_policy(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct err err;
	struct tree tree = { .fd = -1 };

	command_begin(&policy_tool, &argc, argv, false);
	if (argc < 2 || strcmp(argv[1], "test") != 0)
		die(HEAL_WRONG, "requires 'test', as in 'heal policy test'");
	if (argc > 3)
		die(HEAL_WRONG, "unexpected argument '%s'; one directory at most", argv[3]);
	if (argc > 2 && !is_dir(argv[2]))
		die(HEAL_WRONG, "'%s' is not a directory", argv[2]);
	struct str root = project_root(&a, argc > 2 ? argv[2] : ".");
	if (!root.n)
		root = STR(".");
	struct config *c = config_or_die(root.p);
	struct pack *pack = pack_load(NULL, &err);
	struct policy *p = pack ? policy_new(pack, c, &err) : NULL;
	if (!p || !tree_open(&a, &tree, root.p, &err))
		die(err.status, "%s", err.text);
	setting_show(&a, c, "enabled");
	setting_show(&a, c, "environment");
	setting_show(&a, c, "auto");
	setting_show(&a, c, "require_approval");
	branch_show(&a, c, tree.path);
	breakers_show(&a, c, tree.path);
	setting_show(&a, c, "threshold");
	decisions_show(&a, p, &tree, context_show(&a, c));
	tree_close(&tree);
	policy_free(p);
	pack_free(pack);
	config_free(c);
	arena_free(&a);
	return tool_end(HEAL_OK);
}
