/* custom.h - the user's own validators
 *
 * Executable files in $XDG_CONFIG_HOME/heal/validators.d, and, where the user trusted the
 * project (config.h), in its .heal/validators.d.  Each gets the record as one line of JSON
 * on standard input, runs in the project's root, and prints one line:
 *
 *     {"status": "passed|failed|inconclusive|skipped", "detail": "..."}
 *
 * Anything else, another exit status than 0 and a missed deadline are inconclusive.  A file
 * that others may write, or that belongs to another user, is not run. */
#ifndef HEAL_VALIDATE_CUSTOM_H
#define HEAL_VALIDATE_CUSTOM_H

#include "base/vec.h"
#include "config/config.h"
#include "record/record.h"
#include "validate/syntax.h"

struct custom {
	struct str name, path;
	bool unsafe; /* not to be run; its check says so */
};

struct customs {
	VEC(struct custom) all; /* by name, the user's first */
	bool left_out;          /* the project has some, but is not trusted */
};

void customs_find(struct arena *a, const char *root, const struct config *config, struct customs *out);
struct check custom_run(
	struct arena *a, const struct custom *c, const char *root, const struct record *r, double timeout);

#endif
