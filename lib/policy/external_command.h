/* external_command.h - does a command act outside the project?
 *
 * "terraform apply", "make deploy", "sudo sh -c 'rsync . host:'", a script of the project that uploads: such a command
 * is neither tried in a copy nor repeated without permission.  The table `external-commands` describes the programs,
 * `external-names` the names of targets and scripts; the settings external_commands and local_commands add to them.
 *
 * Wrappers (sudo, env, timeout ...) and shell command lines are followed, and the scripts, makefile targets and package
 * scripts that the command names are read.  Nothing is run.  What cannot be read to its end counts as external. */
#ifndef HEAL_POLICY_EXTERNAL_COMMAND_H
#define HEAL_POLICY_EXTERNAL_COMMAND_H

#include "config/config.h"
#include "rules/pack.h"

struct external_command {
	struct str what; /* what acts, for a message: "terraform apply", "rsync -a . host: (deploy.sh, line 3)" */
	/* Commands that show a failure of it without acting, best first: "terraform validate", "make -n deploy". */
	char *const **proof;
	size_t proof_n;
};

/* dir: the working directory of the command.  true: it does, *out is set, in the arena. */
bool external_command(struct arena *a, const struct pack *pack, const struct config *config, const char *dir,
	char *const *argv, struct external_command *out);

#endif
