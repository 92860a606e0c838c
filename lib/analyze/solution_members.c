#include "analyze/solution_members.h"

#include "analyze/command_line.h"

enum step_kind steps_first_kind(const struct step_list *steps)
{
	return steps->n ? steps->at[0].kind : STEP_NONE;
}

static struct str type_of_steps(const struct step_list *steps)
{
	switch (steps_first_kind(steps)) {
	case STEP_EDIT:
	case STEP_CREATE:
	case STEP_DELEGATE:
		return STR("code_fix");
	case STEP_MODE:
		return STR("configuration_change");
	case STEP_RUN:
		return STR("dependency_update");
	case STEP_RETRY:
		return STR("retry");
	default:
		return STR("manual_review");
	}
}

static bool has_step(const struct step_list *steps, enum step_kind kind)
{
	LIST_EACH(step, step, steps)
		if (step->kind == kind)
			return true;
	return false;
}

/* How to undo each step, last step first. */
static void rollback_set(struct arena *a, struct solution *o)
{
	for (size_t i = o->steps.n; i-- > 0;) {
		const struct step *step = &o->steps.at[i];
		struct undo_step undo = { .kind = UNDO_RESTORE, .file = step->file };
		if (step->kind == STEP_ADVISE || step->kind == STEP_RETRY)
			continue;
		if (step->kind == STEP_CREATE)
			undo.kind = UNDO_REMOVE;
		if (step->kind == STEP_RUN) {
			undo.kind = step->undo.n ? UNDO_RUN : UNDO_IMPOSSIBLE;
			undo.argv = step->undo;
		}
		*VEC_ADD(a, &o->rollback) = undo;
	}
}

static void verify_set(struct arena *a, struct solution *o)
{
	static const char *const checks[] = { "syntax", "safety", "rerun", "new-incidents" };
	bool changes = has_step(&o->steps, STEP_EDIT) || has_step(&o->steps, STEP_CREATE) ||
		has_step(&o->steps, STEP_DELEGATE);

	for (size_t i = changes ? 0 : 2; i < 4; i++)
		VEC_ADD(a, &o->verify)->name = str_of(checks[i]);
}

static void risk_set(struct arena *a, struct node solution, struct solution *o)
{
	struct str given = node_str(node_get(solution, "risk"));
	bool run = has_step(&o->steps, STEP_RUN) && !command_line_is_fix(&o->steps), several = o->files.n > 1;

	o->risk.level = given.p ? risk_parse(given) : run || several ? RISK_AMBER : RISK_GREEN;
	if (run)
		*VEC_ADD(a, &o->risk.notes) = STR("runs a command; its changes outside the project cannot be undone");
	if (several)
		*VEC_ADD(a, &o->risk.notes) = STR("changes several files");
}

static enum applicability applicability_of(struct node solution, const struct step_list *steps)
{
	struct str given = node_str(node_get(solution, "applicability"));

	if (given.p)
		return applicability_parse(given);
	if (command_line_is_fix(steps))
		return APPLICABILITY_MAYBE;
	return steps_first_kind(steps) == STEP_ADVISE ? APPLICABILITY_ADVICE : APPLICABILITY_MACHINE;
}

void solution_members_set(struct arena *a, struct node solution, struct solution *o)
{
	bool typed = command_line_is_fix(&o->steps);

	o->type = typed ? STR("manual_review") : type_of_steps(&o->steps);
	o->strategy = typed ? STR("retype") : step_kind_name(steps_first_kind(&o->steps));
	o->applicability = applicability_of(solution, &o->steps);
	o->complexity = 1;
	o->minutes = 1;
	risk_set(a, solution, o);
	rollback_set(a, o);
	verify_set(a, o);
}
