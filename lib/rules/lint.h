/* lint.h - internal: the state of the linter for a file */
#ifndef HEAL_RULES_LINT_H
#define HEAL_RULES_LINT_H

#include "rules/compile.h"

struct lint {
	struct compilation *c;
	const char *name;
	bool ok;
};

__attribute__((format(printf, 3, 4))) void lint_fault(struct lint *l, uint32_t line, const char *format, ...);

/* Replace "{name}" in a pattern by a word, to check the pattern. */
struct str lint_slots_filled(struct arena *a, struct str pattern);

/* lint_rule.c: checks of rules beyond the grammar: literals, ids, examples. */
void lint_rules(struct lint *l, const struct yaml *pack);
/* lint_form.c: checks of the forms of a rule, one or a list, and of the rows of the table `forms`. */
void lint_forms(struct lint *l, const struct yaml *read);
void lint_form_table(struct lint *l, const struct yaml *own);
/* lint_step.c: checks of the steps of solutions: groups and slots. */
void lint_steps(struct lint *l, const struct yaml *pack);

#endif
