/* collect_repairs.h - find accepted repairs and keep them in the store (store/repairs.h) */
#ifndef HEAL_LEARN_COLLECT_REPAIRS_H
#define HEAL_LEARN_COLLECT_REPAIRS_H

#include "rules/pack.h"
#include "store/store.h"

struct collected_repairs {
	size_t found, added; /* added: not known before */
};

/* Fixes of heal that were validated and resolved their incident; incident: only that one, p == NULL: all.  An incident
 * without such a fix gives none. */
bool collect_fixes(struct store *s, struct str incident, struct collected_repairs *n, struct err *err);

struct commit_search {
	const char *root; /* a directory of the repository */
	struct str range; /* of revisions below HEAD, such as "HEAD~9..HEAD" */
	bool passed;      /* the user says that the commands pass since; otherwise a later session must show it */
};

/* Commits that changed one file, in which an incident of the store did not occur again, and whose command passed since.
 * HEAL_WRONG: no repository, or no such commits. */
bool collect_commits(struct store *s, const struct pack *pack, const struct commit_search *how,
	struct collected_repairs *n, struct err *err);

/* An anonymous name for the project of a directory: a hash of its top. */
struct str project_name(struct arena *a, struct str dir);

#endif
