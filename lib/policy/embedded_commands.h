/* embedded_commands.h - internal: the shell commands in files of other languages
 *
 * `embedded` in `work` of the policy table says where they are, as in `run:` of YAML, RUN of a Dockerfile and the
 * scripts of package.json. */
#ifndef HEAL_POLICY_EMBEDDED_COMMANDS_H
#define HEAL_POLICY_EMBEDDED_COMMANDS_H

#include "policy/policy_table.h"

/* The commands in the text, one after the other; empty: there are none. */
struct str embedded_commands(struct arena *a, const struct policy *p, struct str name, struct str text);

#endif
