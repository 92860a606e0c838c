/* dependencies.h - the dependencies that a project declares: locked, installed, used, and spelt as is well known?
 *
 * Files are read, and nothing runs.  The table `manifests` says how, and what each finding means. */
#ifndef HEAL_HEALTH_DEPENDENCIES_H
#define HEAL_HEALTH_DEPENDENCIES_H

#include "base/vec.h"
#include "record/members.h"
#include "rules/pack.h"
#include "tree/source_tree.h"

struct dependency_finding {
	struct str kind; /* unlocked, missing, deprecated, unused, near */
	struct str name, file, text, fix;
	int64_t line, severity;
};

struct dependency_findings {
	VEC(struct dependency_finding) all;
	size_t left_out; /* manifests that were not read */
};

/* Those of the project's files that declare dependencies. */
void manifests_find(struct arena *a, const struct pack *pack, const struct str_list *files, struct str_list *out);
/* files: all of the project. */
void dependencies_find(struct arena *a, const struct pack *pack, struct source_tree *view, const struct str_list *files,
	struct dependency_findings *out);

#endif
