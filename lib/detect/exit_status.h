/* exit_status.h - make an incident from a command and its exit status if the output contains no error
 *
 * Some tools fail with little output: a formatter in checking mode lists files, a killed process gives 137.  The table
 * `exits` has their meaning. */
#ifndef HEAL_DETECT_EXIT_STATUS_H
#define HEAL_DETECT_EXIT_STATUS_H

#include "record/record.h"
#include "rules/pack.h"

/* status: the exit status, negative if not known.  The first matching row gives an incident in the arena.  false: no
 * row matches. */
bool exit_status_record(struct arena *a, const struct pack *pack, char *const *argv, struct str cwd, int status,
	struct str output, struct record *r);

#endif
