/* fmt.h - heal-rules fmt */
#ifndef HEAL_RULES_FMT_H
#define HEAL_RULES_FMT_H

#include "base/arena.h"

enum fmt_mode { FMT_PRINT, FMT_IN_PLACE, FMT_CHECK };

/* Each file in its canonical form; HEAL_NO: with FMT_CHECK, some are not in it. */
int fmt_files(struct arena *a, char **files, enum fmt_mode mode);

#endif
