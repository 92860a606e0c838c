/* lint.h - faults of one file, between the parts of the linter */
#ifndef HEAL_RULES_LINT_H
#define HEAL_RULES_LINT_H

#include "rules/compile.h"

struct lint {
	struct compilation *c;
	const char *name;
	bool ok;
};

__attribute__((format(printf, 3, 4))) void lint_fault(struct lint *l, uint32_t line, const char *format, ...);

/* "{name}" in a pattern stands for a value: for a check any word does. */
struct str lint_slots_filled(struct arena *a, struct str pattern);

/* lint_rule.c: what the grammar cannot say of rules: literals, ids, examples. */
void lint_rules(struct lint *l, const struct yaml *pack);
/* lint_step.c: and of the steps of solutions: groups and slots. */
void lint_steps(struct lint *l, const struct yaml *pack);

#endif
