/* script_needs.h - the commands that a shell script needs from others
 *
 * Left out are what the script's shell has itself, functions and aliases of the script and of those that it sources,
 * and commands that it looks for itself (`if command -v x`), unless what follows is for their absence (`command -v x ||
 * exit`). Names that only come about when it runs are not known. */
#ifndef HEAL_LANG_SCRIPT_NEEDS_H
#define HEAL_LANG_SCRIPT_NEEDS_H

#include "base/arena.h"
#include "rules/pack.h"

struct script_need {
	struct str name;      /* of a command, or an absolute path */
	int64_t line, column; /* of its first use; columns count bytes from 1 */
	unsigned either;      /* not 0: one of those with the same number will do */
};

struct script_needs {
	struct script_need *at;
	size_t n;
	struct str path; /* directories that the script adds to PATH, with a colon behind each */
	bool complete;   /* false: it sources a file that was not found, which may define some of them */
};

/* path: of the script, for what it sources beside it. */
struct script_needs script_needs_of(struct arena *a, const struct pack *pack, struct str path, struct str text);

/* Can a shell of this file's "#!" line, or without one of its extension, be read? */
bool is_shell_script(const struct pack *pack, struct str path, struct str text);

#endif
