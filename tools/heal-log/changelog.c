/* heal-log changelog - healing_changelog.json */
#include <stdio.h>

#include "ask.h"
#include "base/io.h"

static const char *output;
static const struct opt changelog_opts[] = {
	OPT_STORE,
	OPT_SINCE,
	OPT_STR('o', "output", "FILE", &output, "replace FILE atomically instead of printing"),
	OPT_END,
};

static bool changelog_entry(void *ctx, const struct store_event *e)
{
	struct asking *q = ctx;

	if (!q->any)
		report_changelog_begin(&q->out, e->time);
	report_changelog_entry(&q->out, &q->row, e, !q->any);
	q->any = true;
	if (!output)
		ask_print(q);
	arena_reset(&q->row);
	return !q->out.truncated && !ferror(stdout);
}

static int changelog(int argc, char **argv)
{
	struct asking q;

	no_operands(argc, argv);
	ask_begin(&q);
	bool ok = store_events(q.store, STR_NONE, &q.filter, changelog_entry, &q, &q.err);
	if (!q.any)
		report_changelog_begin(&q.out, time_text(&q.run));
	report_changelog_end(&q.out, !q.any);
	if (ok && q.out.truncated)
		ok = err_set(&q.err, HEAL_WRONG, "the changelog is larger than %d bytes; use --since", OUT_MAX);
	if (output) {
		ok = ok && file_replace(output, buf_str(&q.out), 0644, &q.err);
		buf_clear(&q.out);
	}
	return ask_end(&q, ok);
}

const struct log_command changelog_command = { "changelog",
	{ "heal-log changelog", "", "print the events in the layout of healing_changelog.json", changelog_opts, NULL },
	changelog };
