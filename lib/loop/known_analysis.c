#include "loop/known_analysis.h"

#include "base/sha256.h"

static bool is_same(const struct record *x, const struct record *y)
{
	return str_eq(x->fingerprint, y->fingerprint) && str_eq(x->error.rule, y->error.rule) &&
		str_eq(x->error.raw, y->error.raw) && str_eq(x->error.file, y->error.file) &&
		x->error.line == y->error.line && x->source.exit_code == y->source.exit_code &&
		str_eq(x->source.output, y->source.output);
}

static bool has_same_incidents(const struct observed_run *first, const struct observed_run *run)
{
	const struct collected *y = run->incidents.first;

	for (const struct collected *x = first->incidents.first; x; x = x->next, y = y->next)
		if (!y || !is_same(&x->r, &y->r))
			return false;
	return !y;
}

/* A command may write sources, each time others. */
static bool is_current(struct source_tree *copy, const struct record *r)
{
	const struct step *before = NULL;
	char hex[SHA256_HEX];

	LIST_EACH(solution, solution, &r->solutions)
		LIST_EACH(step, step, &solution->steps) {
			if (!step->expect.n ||
				(before && str_eq(before->file, step->file) && str_eq(before->expect, step->expect)))
				continue;
			const struct text *x = source_read(copy, step->file);
			if (!x)
				return false;
			sha256_of(x->all, hex);
			if (!str_is(step->expect, hex))
				return false;
			before = step;
		}
	return true;
}

static bool are_current(struct source_tree *copy, const struct observed_run *first)
{
	for (const struct collected *c = first->incidents.first; c; c = c->next)
		if (!is_current(copy, &c->r))
			return false;
	return true;
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

bool known_analysis_take(const struct observed_run *first, struct source_tree *copy, struct observed_run *run)
{
	struct collected *to = run->incidents.first;

	if (first->output.truncated || !str_eq(buf_str(&first->output), buf_str(&run->output)) ||
		!has_same_incidents(first, run) || !are_current(copy, first))
		return false;
	for (const struct collected *from = first->incidents.first; from; from = from->next, to = to->next)
		take(&from->r, &to->r);
	return true;
}
