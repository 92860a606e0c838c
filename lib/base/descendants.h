/* descendants.h - end a child with all that it started, also what left its session and process group */
#ifndef HEAL_BASE_DESCENDANTS_H
#define HEAL_BASE_DESCENDANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { DESCENDANTS_BEFORE = 64 };

struct descendants {
	pid_t before[DESCENDANTS_BEFORE]; /* children of ours that were there already */
	size_t before_n;
	int was_subreaper;
};

/* Before the child is started: its orphans will become our children instead of those of init. */
void descendants_begin(struct descendants *d);
/* Kill and reap all children of ours that were not there at the beginning.  `child` is killed with its descendants, but
 * not reaped; 0: it has ended and was reaped. */
void descendants_end(struct descendants *d, pid_t child);

/* Signal pid and all its descendants, deepest first.  For a signal that usually ends a process none of them starts
 * another or goes on before it has received its own; a stopped one goes on, to receive it. */
void descendants_signal(pid_t pid, int signal);
/* How many there are of all our children that were not there at the beginning, with their descendants; at most `max`.
 */
size_t descendants_count(const struct descendants *d, size_t max);

#endif
