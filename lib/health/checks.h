/* checks.h - the checks that apply to a project: those of the table `health-checks`, and the user's own
 *
 * The user's own checks are the executable files in $XDG_CONFIG_HOME/heal/checks.d and, if the project is trusted
 * (config.h), in its .heal/checks.d.  Their output is read as by heal-detect.  A check whose name begins with a kind
 * and '-', such as "security-licences", is of that kind, any other of kind static. */
#ifndef HEAL_HEALTH_CHECKS_H
#define HEAL_HEALTH_CHECKS_H

#include "base/vec.h"
#include "config/config.h"
#include "record/record.h"
#include "rules/pack.h"
#include "tree/rooted_path.h"
#include "tree/source_tree.h"

struct planned_check {
	struct str name, kind, type;
	int64_t severity;        /* of an error */
	struct str dir;          /* where it runs, below the root; empty: the root */
	char **prepare;          /* run before it, or NULL */
	char **argv;             /* NULL: files are read instead, or it cannot be run */
	struct str missing;      /* the program that is not installed */
	struct str_list install; /* the command that installs it */
	struct str unsafe;       /* why it must not run */
	struct str_list files;   /* files to parse or to read, relative to the root */
	size_t left_out;         /* files beyond the limit */
	bool parses;
	bool declares;            /* the files declare dependencies (dependencies.h) */
	struct str_list projects; /* if so: all files of the project */
};

struct checks {
	VEC(struct planned_check) all;
	bool left_out; /* the project has checks of its own, but is not trusted */
};

/* The project's own files below the root: those that its version control does not ignore, or all if it has none; in
 * both cases without copies of other projects (tables `dependency-folders` and `foreign`). */
void project_files(struct arena *a, const struct pack *pack, struct source_tree *v, struct str_list *out);

/* view: the project, also given as a tree. */
void checks_find(struct arena *a, const struct pack *pack, const struct config *config, struct source_tree *view,
	const struct tree *tree, struct checks *out);

#endif
