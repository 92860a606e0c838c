#include "loop/known_analysis.h"

#include "record/members.h"

static bool is_same(const struct record *x, const struct record *y)
{
	return str_eq(x->fingerprint, y->fingerprint) && str_eq(x->error.rule, y->error.rule) &&
		str_eq(x->error.raw, y->error.raw) && str_eq(x->error.file, y->error.file) &&
		x->error.line == y->error.line && str_eq(x->source.output, y->source.output);
}

static bool has_same_incidents(const struct observed_run *first, const struct observed_run *run)
{
	const struct collected *y = run->incidents.first;

	for (const struct collected *x = first->incidents.first; x; x = x->next, y = y->next)
		if (!y || !is_same(&x->r, &y->r))
			return false;
	return !y;
}

static void take(const struct record *from, struct record *to)
{
	/* Columns too: the analysis counts them in the file. */
	to->error = from->error;
	to->analysis = from->analysis;
	to->solutions = from->solutions;
	to->assignments = from->assignments;
	*to = record_copy(to->a, to);
}

bool known_analysis_take(const struct observed_run *first, struct observed_run *run)
{
	struct collected *to = run->incidents.first;

	if (first->output.truncated || !str_eq(buf_str(&first->output), buf_str(&run->output)) ||
		!has_same_incidents(first, run))
		return false;
	for (const struct collected *from = first->incidents.first; from; from = from->next, to = to->next)
		take(&from->r, &to->r);
	return true;
}
