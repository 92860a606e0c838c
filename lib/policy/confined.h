/* confined.h - what the commands of a person and of a plan may do, and what the record says of it */
#ifndef HEAL_POLICY_CONFINED_H
#define HEAL_POLICY_CONFINED_H

#include "base/confinement.h"
#include "config/config.h"
#include "policy/plan.h"
#include "record/record.h"
#include "rules/pack.h"

/* The members `confined` and `unconfined` of a program that was run under the profile: the mechanisms of its result
 * (enum enforced), or "none", and those that the profile asks for in vain. */
void confined_list(struct arena *a, const struct confinement *profile, unsigned enforced, struct str_list *in,
	struct str_list * not );

/* What the user's command may do in a copy: the profile `trial` with the settings trial.*.  NULL: the packs have no
 * such profile.  root: the project, absolute and real; if it is a linked working tree of a repository elsewhere, the
 * command may read that repository, without which tools that ask it fail. */
const struct confinement *trial_profile(
	struct arena *a, const struct pack *pack, const struct config *config, struct str root);

/* The same without a network, for code that nobody asked to run in the project.  NULL: the kernel cannot keep it from
 * writing outside the copy. */
const struct confinement *trial_profile_offline(
	struct arena *a, const struct pack *pack, const struct config *config, struct str root);

/* What a plan's command, or its undo, may do in the project: the profile that its form in the policy names, with the
 * settings command.*.  NULL: the packs have no such profile, so it must not be run; err. */
const struct confinement *command_profile(struct arena *a, const struct pack *pack, const struct config *config,
	const struct command *c, struct err *err);
/* The profile of a command that only asks which version is installed: without a network. */
const struct confinement *question_profile(struct arena *a, const struct pack *pack, const struct command *c);

/* A program that runs confined in the project with this root. */
struct proc;
void confined_in_project(struct proc *p, const struct confinement *profile, struct str root);

#endif
