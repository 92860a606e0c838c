/* follow.h - logs that grow, read as they do, like tail -F
 *
 * Each file is read from its beginning.  One that is replaced (rotated) is read to its end and the new one from
 * its beginning, under the same name with lines counted from 1; so is one that was cut.  One that is not there
 * yet, or no longer, is waited for.  Several are read side by side, each by a detector of its own. */
#ifndef HEAL_DETECT_FOLLOW_H
#define HEAL_DETECT_FOLLOW_H

#include <signal.h>

#include "detect/detector.h"

enum { FOLLOW_MAX = 64 }; /* files */

struct follow_options {
	const struct detector_options *detector;
	/* One line for people: a file was cut, came, went. */
	void (*tell)(void *ctx, const char *name, const char *what);
	void *ctx;
	volatile sig_atomic_t *stop; /* ends it when set, by a signal's handler that lets sleep be interrupted */
};

/* names: at most FOLLOW_MAX, NULL at the end.  Comes back when *stop is set, everything readable having been read.
 * false: one of them is no file that can be followed, and nothing was read. */
bool follow(const char *const *names, const struct follow_options *o, struct err *err);

#endif
