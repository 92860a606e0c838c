/* rulebook.h - inside the room: the policy's table, read and compiled */
#ifndef HEAL_RULEBOOK_H
#define HEAL_RULEBOOK_H

#include "policy.h"
#include "regex.h"
#include "vec.h"

struct slot {
	struct str name;
	struct regex *re;
};

struct shape {
	VEC(struct str) argv, flags, touches, undo, statuses;
	bool as[2];		/* by enum run_kind */
	bool prints_diff;
	enum risk risk;
	struct str scope, ecosystem;
};

enum game { GAME_MORE, GAME_FEWER, GAME_MOVED, GAME_MADE };

struct game_rule {
	struct str id, why;
	enum game game;
	bool queue;
	VEC(struct str) files;	/* empty: any */
	struct regex *re;
};

struct policy {
	struct arena a;
	struct node table;
	const struct config *config;
	VEC(struct slot) slots;
	VEC(struct shape) shapes;
	VEC(struct game_rule) games;
	VEC(struct str) protected, absolute;
};

/* Does one of the globs match, whatever the case? */
bool globs_match(const struct str *globs, size_t n, struct str name);
struct regex *slot_find(const struct policy *p, struct str name);

#endif
