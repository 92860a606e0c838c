/* exit_status.h - failures known by the command and its exit status, where the output names no error
 *
 * Some tools fail almost without a word: a formatter in its checking mode lists
 * files, a killed process leaves 137.  The table `exits` says what that means. */
#ifndef HEAL_DETECT_EXIT_STATUS_H
#define HEAL_DETECT_EXIT_STATUS_H

#include "record/record.h"
#include "rules/pack.h"

/* status: what the command ended with, negative where that is not known.  The first row that fits makes an
 * incident in the arena.  false: none fits. */
bool exit_status_record(struct arena *a, const struct pack *pack, char *const *argv, struct str cwd, int status,
	struct str output, struct record *r);

#endif
