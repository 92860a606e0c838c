/* dependencies.h - compare declared dependencies with lock files, installed packages, imports and well-known names
 *
 * Files are read, and no command is run.  The table `manifests` has the patterns and explains the kinds of findings. */
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
	bool late;       /* the deadline has passed, so that some were not compared */
};

/* Append to `out` those of the files that declare dependencies. */
void manifests_find(struct arena *a, const struct pack *pack, const struct str_list *files, struct str_list *out);
/* files: all files of the project.  deadline: as seconds_now. */
void dependencies_find(struct arena *a, const struct pack *pack, struct source_tree *view, const struct str_list *files,
	double deadline, struct dependency_findings *out);

#endif
