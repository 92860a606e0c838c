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
	VEC(struct str) argv, flags, touches, undo, restore, statuses, installed_argv, reads, adds;
	struct str installed_file, installed_match;
	bool as[2]; /* by enum run_kind */
	bool prints_diff;
	bool loads_nothing; /* it runs no code of the project */
	enum risk_level risk;
	struct str scope, ecosystem, profile;
};

enum suppression_kind {
	SUPPRESSION_MORE,
	SUPPRESSION_FEWER,
	SUPPRESSION_MOVED,
	SUPPRESSION_CHANGED,
	SUPPRESSION_MADE,
	SUPPRESSION_SETTINGS
};

struct suppression_rule {
	struct str id, why;
	enum suppression_kind kind;
	bool queue;
	VEC(struct str) files; /* empty: any */
	struct regex *re;
	struct regex *ended; /* lines that may get the bracket that they lack at their end; or NULL */
};

/* Where files have shell commands in them. */
struct embedded_rule {
	VEC(struct str) files;
	struct regex *re; /* with a group `command` */
};

/* What policy_suppression said of a change. */
struct judged_change {
	struct arena a;
	bool known, existed;
	struct str name, old, new;
	int found;
	struct err why;
};

struct policy {
	struct arena a;
	const struct pack *pack;
	struct node table; /* "policy" of the pack */
	const struct config *config;
	bool may_start; /* see policy_permit */
	enum consent consent;
	VEC(struct slot) slots;
	VEC(struct argv_shape) shapes;
	VEC(struct suppression_rule) suppressions;
	VEC(struct embedded_rule) embedded;
	VEC(struct str) protected, absolute, inputs;
	struct judged_change *judged; /* the last */
	size_t absolute_of_table; /* so many of `absolute` are from the table, the others from the user's settings */
};

struct regex *slot_find(const struct policy *p, struct str name);

#endif
