/* secret_files.h - the files whose content is never shown or recorded: the table `secret-files` */
#ifndef HEAL_RULES_SECRET_FILES_H
#define HEAL_RULES_SECRET_FILES_H

#include "base/arena.h"
#include "rules/pack.h"

/* Globs for globs_match(); the list is in the arena, the texts in the pack.  Returns their number. */
size_t secret_files(struct arena *a, const struct pack *pack, const struct str **globs);

#endif
