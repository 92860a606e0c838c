/* custom.h - run user-defined validators
 *
 * Validators are the executable files in $XDG_CONFIG_HOME/heal/validators.d and, if the project is trusted (config.h),
 * in its .heal/validators.d.  Each runs in the project's root, reads the record as one line of JSON from standard
 * input, and prints one line:
 *
 *     {"status": "passed|failed|inconclusive|skipped|warning", "detail": "..."}
 *
 * Other output, a nonzero exit status and a timeout are inconclusive.  A file that is writable by others or belongs to
 * another user is not run. */
#ifndef HEAL_VALIDATE_CUSTOM_H
#define HEAL_VALIDATE_CUSTOM_H

#include "base/confinement.h"
#include "base/vec.h"
#include "config/config.h"
#include "record/record.h"
#include "validate/syntax.h"

struct custom {
	struct str name, path;
	bool unsafe; /* not run: wrong owner or mode */
};

struct customs {
	VEC(struct custom) all; /* by name, the user's first */
	bool left_out;          /* the project has validators, but is not trusted */
};

/* The executable files of this folder of the user's and, if it is trusted, of the project's settings. */
void customs_find(
	struct arena *a, const char *root, const struct config *config, const char *folder, struct customs *out);
/* confinement: what it may do, or NULL. */
struct check custom_run(struct arena *a, const struct custom *c, const char *root, const struct record *r,
	const struct confinement *confinement, double timeout);

#endif
