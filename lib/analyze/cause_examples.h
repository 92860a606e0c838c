/* cause_examples.h - try a cause of the packs on a text: the examples of causes as tests
 *
 * The text is written to a file in a temporary folder, an incident about it is analysed, and the edits of the solution
 * are made in memory. */
#ifndef HEAL_ANALYZE_CAUSE_EXAMPLES_H
#define HEAL_ANALYZE_CAUSE_EXAMPLES_H

#include "base/diag.h"
#include "base/temporary_folder.h"
#include "detect/examples.h"
#include "rules/pack.h"
#include "tree/source_tree.h"

struct cause_trial {
	struct str rule, code, message, file; /* of the incident; of file only the last part counts */
	int64_t line, column;                 /* 0: none */
	struct str text;                      /* of the file */
};

/* The text in a tree of its own, where what was looked up is kept for further trials on it. */
struct cause_tree {
	struct temporary_folder folder;
	struct source_tree *view; /* NULL: none */
};
#define CAUSE_TREE_NONE ((struct cause_tree){ .folder = TEMPORARY_FOLDER_NONE })
/* `tree` must be CAUSE_TREE_NONE, and must be freed also after a failure. */
bool cause_tree_make(struct arena *a, const struct cause_trial *t, struct cause_tree *tree, struct err *err);
void cause_tree_free(struct cause_tree *tree);

/* cause_try_on in a tree that has the text. */
void cause_try_in(struct arena *a, const struct pack *pack, struct str cause, const struct cause_trial *t,
	const struct cause_tree *tree, struct str *after);
/* Analyse with this cause alone.  *after: the text with the edits of its first solution; p == NULL: the cause does not
 * apply, or changes anything but this file.  false: err. */
bool cause_try_on(struct arena *a, const struct pack *pack, struct str cause, const struct cause_trial *t,
	struct str *after, struct err *err);

/* Run the examples of all causes whose id matches the glob (empty: all), and call `tell` with each result. */
void cause_examples_run(
	const struct pack *pack, struct str id_glob, void (*tell)(void *ctx, const struct example_result *), void *ctx);

#endif
