/* vocabulary.h - words that speak for or against something, with their weights
 *
 * A word is a run of letters; the parts of CamelCase are words of their own, and the parts of a name in code such as
 * error_count are none.  An entry is a word or two words in a row, in lower case. */
#ifndef HEAL_RULES_VOCABULARY_H
#define HEAL_RULES_VOCABULARY_H

#include "base/arena.h"
#include "rules/node.h"

struct vocabulary;

struct vocabulary_verdict {
	int score; /* the sum of the weights */
	int level; /* the worst of the words that speak for it, for vocabulary_level */
};

/* Empty, in the arena. */
struct vocabulary *vocabulary_new(struct arena *a);
/* Entries with `weight` and `level`: a map from words to maps.  What does not fit is ignored. */
void vocabulary_add_rows(struct vocabulary *v, struct node rows);
/* A list of entries of the same weight and level. */
void vocabulary_add(struct vocabulary *v, struct node list, int weight, struct str level);

struct vocabulary_verdict vocabulary_weigh(const struct vocabulary *v, struct str text);
/* The name of a level of a verdict. */
const char *vocabulary_level(int level);

#endif
