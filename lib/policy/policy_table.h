/* policy_table.h - internal: the compiled policy table */
#ifndef HEAL_POLICY_POLICY_TABLE_H
#define HEAL_POLICY_POLICY_TABLE_H

#include "base/vec.h"
#include "policy/policy.h"
#include "rules/regex.h"

struct slot {
	struct str name;
	struct regex *re;
};

struct argv_shape {
	VEC(struct str) argv, flags, touches, undo, statuses;
	bool as[2]; /* by enum run_kind */
	bool prints_diff;
	enum risk_level risk;
	struct str scope, ecosystem;
};

enum game { GAME_MORE, GAME_FEWER, GAME_MOVED, GAME_MADE };

struct suppression_rule {
	struct str id, why;
	enum game game;
	bool queue;
	VEC(struct str) files; /* empty: any */
	struct regex *re;
};

struct policy {
	struct arena a;
	struct node table;
	const struct config *config;
	VEC(struct slot) slots;
	VEC(struct argv_shape) shapes;
	VEC(struct suppression_rule) games;
	VEC(struct str) protected, absolute;
};

/* Does one of the globs match, ignoring case? */
bool globs_match(const struct str *globs, size_t n, struct str name);
struct regex *slot_find(const struct policy *p, struct str name);

#endif
