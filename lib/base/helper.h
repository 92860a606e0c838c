/* helper.h - internal to proc.c: the environment of the programs that heal needs itself */
#ifndef HEAL_BASE_HELPER_H
#define HEAL_BASE_HELPER_H

#include "base/arena.h"

/* For a helper (proc.h), with the variables `also`, or NULL. */
char *const *helper_environment(struct arena *a, char *const *also);

#endif
