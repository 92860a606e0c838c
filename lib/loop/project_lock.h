/* project_lock.h - one repair at a time in a project
 *
 * The lock is a file in the state directory, locks/<hash of the project's path>, so that nothing is written to the
 * project.  The kernel releases it when the process ends. */
#ifndef HEAL_LOOP_PROJECT_LOCK_H
#define HEAL_LOOP_PROJECT_LOCK_H

#include "base/str.h"

struct project_lock {
	int fd;      /* -1: not locked */
	bool waited; /* another process had it first */
};

/* Wait up to `seconds`; call `waits` once before.  false: another process still has it, or a signal came.  Without a
 * state directory that can be written, nothing is locked and the answer is true; the journal refuses changes then. */
bool project_lock(struct project_lock *l, struct str root, double seconds, void (*waits)(void *ctx), void *ctx);
void project_unlock(struct project_lock *l);

#endif
