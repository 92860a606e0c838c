/* model_answers.h - ask heal-llm about incidents that the rules leave open
 *
 * heal-llm(1) is a process of its own: nothing else opens a connection to a model.  Its output is read as records, of
 * which only what a model can say is taken: kind, causes and solutions. */
#ifndef HEAL_ANALYZE_MODEL_ANSWERS_H
#define HEAL_ANALYZE_MODEL_ANSWERS_H

#include "analyze/analyzer.h"

struct model_options {
	const char *root;  /* of the project */
	const char *packs; /* or NULL */
	bool all;          /* ask about each of them */
	bool no_store;
	struct solution_history history;
	/* A message of heal-llm, one line. */
	void (*tell)(void *ctx, const char *line);
	void *ctx;
};

/* The incidents r[0..n-1], which are in an order that makes sense without the others.  Returns how many got a solution
 * of a model that may be tried; -1: err, heal-llm could not be run. */
long model_answers_add(
	struct arena *a, const struct model_options *o, struct record *const *r, size_t n, struct err *err);

/* Did a language model propose it? */
bool solution_is_of_model(const struct solution *s);

#endif
