/* own_program.h - where heal's other programs are */
#ifndef HEAL_BASE_OWN_PROGRAM_H
#define HEAL_BASE_OWN_PROGRAM_H

#include "base/arena.h"

/* A program or helper of heal by its name: beside the running one, else in the folder of the helpers, even if it is not
 * there. */
struct str own_program(struct arena *a, const char *name);

#endif
