/* candidate_thread.h - a second thread that searches for lines with candidates ahead of the caller
 *
 * A stretch of complete lines is divided into pieces.  The thread takes pieces from the front; the caller takes a piece
 * that it reaches before the thread.  The result does not depend on who searched a piece.  The thread sleeps between
 * stretches, blocks all signals, and calls no callbacks. */
#ifndef HEAL_DETECT_CANDIDATE_THREAD_H
#define HEAL_DETECT_CANDIDATE_THREAD_H

#include "detect/candidates.h"

enum { AHEAD_LEAST = 96 * 1024 }; /* smallest stretch in bytes for which a thread pays */

struct candidate_thread;

/* NULL: no thread could be created, or there is only one processor.  The memo, or NULL, is read between begin and end.
 */
struct candidate_thread *candidate_thread_new(const struct pack *pack, const struct line_memo *memo);
void candidate_thread_free(struct candidate_thread *h); /* NULL is fine */

/* Start on a stretch of whole lines, which must stay in place until candidate_thread_end. */
void candidate_thread_begin(struct candidate_thread *h, struct str lines);
/* Find the first line at or after `from` with candidates, and put them into *c.  from: the offset of a line in the
 * stretch, which never decreases.  false: there is none. */
bool candidate_thread_next(struct candidate_thread *h, size_t from, struct candidates *c, size_t *begin, size_t *n);
void candidate_thread_end(struct candidate_thread *h);

#endif
