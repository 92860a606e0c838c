/* confined.h - the member `confined` of checks and proofs */
#ifndef HEAL_VALIDATE_CONFINED_H
#define HEAL_VALIDATE_CONFINED_H

#include "base/confinement.h"
#include "config/config.h"
#include "record/record.h"
#include "rules/pack.h"

/* The mechanisms of a program's result (enum enforced), or "none". */
void confined_list(struct arena *a, unsigned enforced, struct str_list *out);

/* What the user's command may do in a copy: the profile `trial` with the settings trial.*.  NULL: the packs have no
 * such profile.  root: the project, absolute and real; if it is a linked working tree of a repository elsewhere, the
 * command may read that repository, without which tools that ask it fail. */
const struct confinement *trial_profile(
	struct arena *a, const struct pack *pack, const struct config *config, struct str root);

/* The same without a network, for code that nobody asked to run in the project.  NULL: the kernel cannot keep it from
 * writing outside the copy. */
const struct confinement *trial_profile_offline(
	struct arena *a, const struct pack *pack, const struct config *config, struct str root);

#endif
