#include "analyze/model_answers.h"

#include <stdlib.h>

#include "base/own_program.h"
#include "base/proc.h"

enum { OUTPUT_MAX = 64 << 20, INPUT_MAX = 64 << 20 };

bool solution_is_of_model(const struct solution *s)
{
	LIST_EACH(step, step, &s->steps)
		if (str_is(step->origin, "model"))
			return true;
	return false;
}

/* One that changes something, as heal-llm makes it. */
static bool is_answer(const struct solution *s)
{
	LIST_EACH(step, step, &s->steps)
		if (!str_is(step->origin, "model") && step->kind != STEP_ADVISE)
			return false;
	return str_starts(s->id, "llm.") && s->steps.n;
}

static void solution_take(struct arena *a, const struct model_options *o, struct record *r, const struct solution *from)
{
	struct solution_list all = { 0 };
	struct solution *new;

	if (r->solutions.n >= SOLUTIONS_MOST || solution_find(r, from->id))
		return;
	LIST_EACH(solution, s, &r->solutions)
		*VEC_ADD(r->a, &all) = *s;
	new = VEC_ADD(r->a, &all);
	*new = *from;
	members_copy(r->a, &solution_type, new);
	if (o->history.rests_until)
		new->rests_until = o->history.rests_until(o->history.ctx, a, r->fingerprint, new->id, new->basis);
	new->rests_until = arena_str(r->a, str_or_empty(new->rests_until));
	r->solutions = all;
}

/* true: it has a solution now that may be tried. */
static bool answer_take(struct arena *a, const struct model_options *o, struct record *r, const struct record *from)
{
	bool triable = false;

	if (str_is(from->analysis.by, "llm")) {
		struct analysis *to = &r->analysis;
		if (!to->type.n || str_is(from->analysis.classified_by, "llm")) {
			to->type = arena_str(r->a, from->analysis.type);
			to->category = arena_str(r->a, from->analysis.category);
			to->classified_by = arena_str(r->a, from->analysis.classified_by);
			to->secondary_types = (struct str_list){ 0 };
		}
		to->severity = from->analysis.severity;
		to->confidence = from->analysis.confidence;
		to->by = STR("llm");
		to->root_causes = from->analysis.root_causes;
		members_copy(r->a, &analysis_type, to);
	}
	LIST_EACH(solution, s, &from->solutions)
		if (is_answer(s)) {
			solution_take(a, o, r, s);
			triable |= solution_is_plausible(s);
		}
	return triable;
}

static long answers_read(
	struct arena *a, const struct model_options *o, struct str output, struct record *const *r, size_t n)
{
	struct str line;
	long got = 0;

	while (str_line(&output, &line)) {
		struct record from;
		if (!record_parse(a, line, &from, NULL))
			continue;
		for (size_t i = 0; i < n; i++)
			if (str_eq(r[i]->id, from.id) && r[i]->id.n)
				got += answer_take(a, o, r[i], &from);
	}
	return got;
}

long model_answers_add(
	struct arena *a, const struct model_options *o, struct record *const *r, size_t n, struct err *err)
{
	char *argv[8] = { arena_strdup(a, own_program(a, "heal-llm")), arena_strdup(a, STR("--root")),
		arena_strdup(a, str_of(o->root)) };
	size_t words = 3;
	struct proc_result result;
	struct buf input;
	struct str rest, line;

	if (o->packs) {
		argv[words++] = arena_strdup(a, STR("--packs"));
		argv[words++] = arena_strdup(a, str_of(o->packs));
	}
	if (o->all)
		argv[words++] = arena_strdup(a, STR("--all"));
	if (o->no_store)
		argv[words++] = arena_strdup(a, STR("--no-store"));
	buf_init(&input, INPUT_MAX);
	for (size_t i = 0; i < n; i++)
		record_write_buf(&input, r[i]);
	struct proc p = { .argv = argv, .input = buf_str(&input), .max = OUTPUT_MAX, .split = true };
	bool ran = proc_run(a, &p, &result, err);
	buf_release(&input);
	if (!ran)
		return -1;
	rest = result.err_output;
	while (str_line(&rest, &line))
		o->tell(o->ctx, arena_strdup(a, str_sub(line, str_starts(line, "heal-llm: ") ? 10 : 0, line.n)));
	if (result.status == 127) {
		err_set(err, HEAL_WRONG, "heal-llm is not installed");
		return -1;
	}
	return answers_read(a, o, result.output, r, n);
}
