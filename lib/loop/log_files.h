/* log_files.h - the files that heal run writes in log.directory: its messages, and the changelog of the store */
#ifndef HEAL_LOOP_LOG_FILES_H
#define HEAL_LOOP_LOG_FILES_H

#include <stdio.h>

#include "config/config.h"
#include "store/store.h"

/* heal.log in log.directory, to append to; NULL: none is wanted, or err is set.  cwd: for a relative name. */
FILE *log_file_open(const struct config *config, const char *cwd, struct err *err);
/* Replace the changelog there by the events of the store. */
bool changelog_write(const struct config *config, const char *cwd, struct store *store, struct err *err);

#endif
