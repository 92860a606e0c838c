/* cause_examples.h - try a cause of the packs on a text: the examples of causes as tests
 *
 * The text is written to a file in a temporary folder, an incident about it is analysed, and the edits of the solution
 * are made in memory. */
#ifndef HEAL_ANALYZE_CAUSE_EXAMPLES_H
#define HEAL_ANALYZE_CAUSE_EXAMPLES_H

#include "base/diag.h"
#include "detect/examples.h"
#include "rules/pack.h"

struct cause_trial {
	struct str rule, code, message, file; /* of the incident; of file only the last part counts */
	int64_t line, column;                 /* 0: none */
	struct str text;                      /* of the file */
};

/* Analyse with this cause alone.  *after: the text with the edits of its first solution; p == NULL: the cause does not
 * apply, or changes anything but this file.  false: err. */
bool cause_try_on(struct arena *a, const struct pack *pack, struct str cause, const struct cause_trial *t,
	struct str *after, struct err *err);

/* Run the examples of all causes whose id matches the glob (empty: all), and call `tell` with each result. */
void cause_examples_run(
	const struct pack *pack, struct str id_glob, void (*tell)(void *ctx, const struct example_result *), void *ctx);

#endif
