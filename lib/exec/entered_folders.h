/* entered_folders.h - internal: the directories that make entered, told on another stream than the errors
 *
 * make says on standard output which directory it enters, and a compiler's errors, with names in that directory, are on
 * standard error.  Where both are one stream, the detector puts them together; else a name that is no file in the
 * working directory is one in the only directory entered that has it. */
#ifndef HEAL_EXEC_ENTERED_FOLDERS_H
#define HEAL_EXEC_ENTERED_FOLDERS_H

#include "base/vec.h"
#include "record/record.h"

struct entered_folders {
	struct arena a; /* zero at the beginning, freed by the owner */
	VEC(struct str) all;
};

void entered_folders_add(struct entered_folders *f, struct str dir);
/* Correct the file of the incident and what follows from it.  cwd: what names are relative to; absolute. */
void entered_folders_place(const struct entered_folders *f, struct str cwd, struct record *r);

#endif
