/* heal-log experiments - variants of solutions, their trials, and the results */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "base/visible.h"
#include "record/json.h"
#include "store/experiments.h"

static bool trials;
static const struct opt experiments_opts[] = {
	OPT_STORE,
	OPT_FLAG('t', "trials", &trials, "print each trial as a line of JSON, in the order of evaluation"),
	OPT_CHOICE('f', "format", "human|ndjson", &format, "text, or a JSON object for each experiment"),
	OPT_END,
};

static void arm_human(struct asking *q, const char *role, struct str name, const struct rollout_arm *arm)
{
	char shown[120];

	buf_printf(&q->out, "  %-10s  %-20s  ", role, name.n ? visible(name, shown, sizeof(shown)) : "-");
	if (arm->trials)
		buf_printf(&q->out, "%" PRId64 " of %" PRId64 " (%.1f %%)\n", arm->successes, arm->trials,
			100.0 * (double)arm->successes / (double)arm->trials);
	else
		buf_addz(&q->out, "no trials\n");
}

static void experiment_human(struct asking *q, const struct experiment *e)
{
	const struct rollout *r = &e->rollout;
	char shown[200];

	buf_printf(&q->out, "%s: %s, challenger at %d %%%s\n", visible(e->name, shown, sizeof(shown)),
		experiment_state(e), e->share, e->pinned ? " (held by a person)" : "");
	arm_human(q, "control", e->control, &r->control);
	arm_human(q, "challenger", e->challenger, &r->challenger);
	buf_printf(&q->out, "  evidence    better %.4g, worse %.4g of %g; p = %.3g at any time\n",
		sequential_test_better(&r->test), sequential_test_worse(&r->test), ROLLOUT_EVIDENCE, rollout_p(r));
}

static void arm_json(struct asking *q, const char *role, struct str name, const struct rollout_arm *arm)
{
	buf_printf(&q->out, ",\"%s\":{\"variant\":", role);
	json_write_string(&q->out, name);
	buf_printf(&q->out, ",\"trials\":%" PRId64 ",\"successes\":%" PRId64 "}", arm->trials, arm->successes);
}

static void experiment_json(struct asking *q, const struct experiment *e)
{
	buf_addz(&q->out, "{\"experiment\":");
	json_write_string(&q->out, e->name);
	buf_printf(&q->out, ",\"state\":\"%s\",\"share\":%d,\"pinned\":%s", experiment_state(e), e->share,
		e->pinned ? "true" : "false");
	arm_json(q, "control", e->control, &e->rollout.control);
	arm_json(q, "challenger", e->challenger, &e->rollout.challenger);
	buf_printf(&q->out, ",\"better\":%.6g,\"worse\":%.6g,\"p\":%.6g}\n", sequential_test_better(&e->rollout.test),
		sequential_test_worse(&e->rollout.test), rollout_p(&e->rollout));
}

static void trials_json(struct asking *q, const struct experiment *e)
{
	for (size_t i = 0; i < e->trials.n; i++) {
		const struct trial *t = &e->trials.at[i];
		buf_addz(&q->out, "{\"experiment\":");
		json_write_string(&q->out, e->name);
		buf_addz(&q->out, ",\"incident\":");
		json_write_string(&q->out, t->incident);
		buf_addz(&q->out, ",\"unit\":");
		json_write_string(&q->out, t->unit);
		buf_printf(&q->out, ",\"share\":%d,\"challenger\":%s,\"success\":%s}\n", t->share,
			t->challenger ? "true" : "false", t->success ? "true" : "false");
		ask_print(q);
	}
}

static int experiments(int argc, char **argv)
{
	struct experiment_list list;
	struct asking q;

	no_operands(argc, argv);
	ask_begin(&q);
	bool ok = experiments_read(q.store, &q.run, &list, &q.err);
	for (size_t i = 0; ok && i < list.n; i++) {
		if (trials)
			trials_json(&q, &list.at[i]);
		else if (strcmp(format, "ndjson") == 0)
			experiment_json(&q, &list.at[i]);
		else
			experiment_human(&q, &list.at[i]);
		ask_print(&q);
	}
	if (ok && !list.n)
		say("no experiment has an assignment in the store");
	return ask_end(&q, ok);
}

const struct log_command experiments_command = { "experiments",
	{ "heal-log experiments", "", "compare the variants of solutions: trials, evidence, roll-out", experiments_opts,
		NULL },
	experiments };
