/* project.h - the project that faults.c changes, and how it looks */
#ifndef HEAL_FAULT_PROJECT_H
#define HEAL_FAULT_PROJECT_H

#include "base/arena.h"

extern struct arena a; /* of one point */
extern char top[200];  /* of this worker: the folders project, outside, state */

/* A name below top. */
const char *at(const char *name);
void project_make(void);
void folder_empty(const char *path);
int tree_remove(const char *path);

/* How exactly states are compared.  The number of links is not, where the journal may hold one for the time being. */
enum detail { BYTES_AND_MODES, AND_TIMES, AND_LINKS };
struct str state_of_project(enum detail detail);

#endif
