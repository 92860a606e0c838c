/* generalise.h - the least general rule of several repairs of one shape (anti-unification)
 *
 * Plotkin, "A note on inductive generalization", Machine Intelligence 5 (1970), over sequences of tokens: what is equal
 * in all repairs stays, what differs becomes a variable, and equal differences become the same variable.  A variable of
 * the new text must be bound by one of the message or of the old line, or by the nearest word of the file; otherwise
 * the rule is refused.
 *
 * A word stays only if it is one of the language's own, or equal in repairs of at least two projects; so what the rule
 * has of a source text are signs, keywords and words that several projects have. */
#ifndef HEAL_LEARN_GENERALISE_H
#define HEAL_LEARN_GENERALISE_H

#include "base/vec.h"
#include "learn/message.h"

/* Repairs with equal keys (change_key, with `candidates` token_key). */
struct repair_group {
	const struct line_change **at;
	const struct message *messages;
	size_t n, projects;
	const char *candidates; /* the change is one of these candidates (heal-rules(5)), with which the file parses;
				   NULL: the rule says itself where it is */
	bool any_word;          /* of `candidates`: whatever words it consists of, with the same signs */
	bool natural;           /* of `candidates`: only where nothing else can be meant, place_kind */
	bool by_column;         /* the changed part is the one at the error's column; else the only one that fits */
	size_t left, right;     /* how many tokens beside the change the pattern has at most */
};

/* A part of a pack: texts as in heal-rules(5). */
struct draft {
	struct str message, code, file;         /* patterns for `when`; code may be p == NULL */
	VEC(struct str) lets, step;             /* YAML, a look-up each; members of the step */
	struct str sample_message, sample_code; /* the example, made of invented words; before.p == NULL: none */
	struct str sample_before, sample_after;
	struct str sample_file;
	int64_t sample_line, sample_column; /* column 0: none */
};

/* The part of a detection rule's id before the dot: several rules of a tool report the same message. */
struct str rule_family(struct str rule);
/* Repairs with the same key may be instances of one rule. */
struct str change_key(struct arena *a, const struct line_change *c, const struct message *m);
/* The same for a rule with `candidates`, wherever the change is; p == NULL: it changes several places. */
struct str token_key(struct arena *a, const struct line_change *c, const struct message *m);
/* false: they have no rule in common; *why. */
bool generalise(struct arena *a, const struct repair_group *g, struct draft *out, const char **why);

#endif
