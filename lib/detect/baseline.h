/* baseline.h - what a good run showed as well, and is therefore not new
 *
 * Incidents are counted by their fingerprint: one that a baseline holds three times hides three. */
#ifndef HEAL_DETECT_BASELINE_H
#define HEAL_DETECT_BASELINE_H

#include "detect/detector.h"
#include "detect/input.h"

struct baseline;

struct baseline *baseline_new(void);
void baseline_free(struct baseline *b);

/* Count in a log, of any kind that input_read knows, or a plain file of records (NDJSON).  The detector's
 * options are those of the log to compare; found and ctx are not looked at. */
bool baseline_read(struct baseline *b, const char *name, const struct detector_options *o,
	const struct input_watch *watch, struct err *err);

/* Is it known?  One of its occurrences is used up. */
bool baseline_hides(struct baseline *b, const struct record *r);

#endif
