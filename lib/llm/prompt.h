/* prompt.h - the data about an incident that a model gets
 *
 * One JSON object on one line: the operation, the incident, and the texts of the files that the incident names, as far
 * as they are in the project and hold no secrets.  Secrets are removed, and names are masked (mask.h). */
#ifndef HEAL_LLM_PROMPT_H
#define HEAL_LLM_PROMPT_H

#include "llm/mask.h"
#include "record/record.h"
#include "tree/source_tree.h"

enum { PROMPT_FILES = 4 };

/* The files that were sent: a candidate may change only these. */
struct sent_files {
	struct str path[PROMPT_FILES]; /* below the root */
	size_t n;
};

/* The text of the user's message: with the files that the error, its stack and its notes name, then those that the
 * command names or reads by itself (the table `llm-files`).  view must hide the secret files (source_hide). */
struct str prompt_make(struct mask *m, const struct pack *pack, struct source_tree *view, struct str operation,
	const struct record *r, struct sent_files *sent, struct arena *a);
/* The same for the review of a file. */
struct str prompt_of_file(struct mask *m, struct source_tree *view, struct str path, struct arena *a);

#endif
