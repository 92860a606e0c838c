/* project_words.h - internal: words that a change may use, because the project or its language has them */
#ifndef HEAL_POLICY_PROJECT_WORDS_H
#define HEAL_POLICY_PROJECT_WORDS_H

#include "base/vec.h"
#include "lang/code_units.h"
#include "rules/pack.h"
#include "tree/rooted_path.h"

/* Sorted by words_sort, for words_have. */
struct words {
	struct arena *a;
	VEC(struct str) all;
};

/* The next word of the text, or run of characters outside ASCII; false at the end. */
bool word_next(struct str *rest, struct str *word);
void words_add(struct words *w, struct str text);
/* Names and texts of a value of the packs. */
void words_add_node(struct words *w, struct node n);
/* The names of the project's files, and the code of those in this language. */
void words_add_project(struct words *w, const struct pack *pack, const struct tree *t, struct node language);
/* Keywords, and names of standard libraries: the table `model-words`. */
void words_add_language(struct words *w, const struct pack *pack, struct node language);
void words_sort(struct words *w);
bool words_have(const struct words *w, struct str word);

/* The text with its tokens blanked: its comments. */
struct str comments_of(struct arena *a, const struct code_units *u, struct str text);

#endif
