/* follow.h - follow growing logs, like tail -F
 *
 * Each file is read from its beginning.  A file that is replaced (rotated) is read to its end, then the new one from
 * its beginning, with lines counted from 1; so is a truncated file.  A missing file is waited for.  Each file has its
 * own detector. */
#ifndef HEAL_DETECT_FOLLOW_H
#define HEAL_DETECT_FOLLOW_H

#include <signal.h>

#include "detect/detector.h"

enum { FOLLOW_MAX = 64 }; /* files */

struct follow_options {
	const struct detector_options *detector;
	/* Called with a message when a file is truncated, replaced, appears or is missing. */
	void (*tell)(void *ctx, const char *name, const char *what);
	void *ctx;
	volatile sig_atomic_t *stop; /* ends it; set by a signal handler without SA_RESTART */
};

/* names: at most FOLLOW_MAX, then NULL.  Returns when *stop is set and all available data has been read.
 * false: one of the names cannot be followed, and nothing was read. */
bool follow(const char *const *names, const struct follow_options *o, struct err *err);

#endif
