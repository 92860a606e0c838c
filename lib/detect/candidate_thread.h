/* candidate_thread.h - a second thread that looks for the lines that matter, while the first one deals with those found
 *
 * A stretch of complete lines is cut into pieces.  Whoever comes first takes the next piece: the thread from
 * the front on, and the caller where it arrives at a piece that nobody has taken.  What comes out is the same
 * whoever did it.  The thread sleeps between stretches, takes no signals, and calls nobody back. */
#ifndef HEAL_DETECT_CANDIDATE_THREAD_H
#define HEAL_DETECT_CANDIDATE_THREAD_H

#include "detect/candidates.h"

enum { AHEAD_LEAST = 96 * 1024 }; /* bytes below which a stretch is not worth a thread */

struct candidate_thread;

/* NULL: no thread is to be had, or there is but one processor. */
struct candidate_thread *candidate_thread_new(const struct pack *pack);
void candidate_thread_free(struct candidate_thread *h); /* NULL is fine */

/* A stretch of whole lines, which stay where they are until candidate_thread_end. */
void candidate_thread_begin(struct candidate_thread *h, struct str lines);
/* The first line at or behind `from` (an offset in the stretch, of a line's beginning; never smaller than before) that
 * some rule may start in, and which: into *c.  false: none is left. */
bool candidate_thread_next(struct candidate_thread *h, size_t from, struct candidates *c, size_t *begin, size_t *n);
void candidate_thread_end(struct candidate_thread *h);

#endif
