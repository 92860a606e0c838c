/* baseline.h - incidents of a good run, which are not reported as new
 *
 * Incidents are counted by fingerprint: one that occurs three times in the baseline hides three. */
#ifndef HEAL_DETECT_BASELINE_H
#define HEAL_DETECT_BASELINE_H

#include "detect/detector.h"
#include "detect/input.h"

struct baseline;

struct baseline *baseline_new(void);
void baseline_free(struct baseline *b);

/* Add the incidents of a log of any kind that input_read accepts, or of a file of records (NDJSON).  The options are
 * those of the detector to compare with; found and ctx are ignored. */
bool baseline_read(struct baseline *b, const char *name, const struct detector_options *o,
	const struct input_watch *watch, struct err *err);

/* Is the incident in the baseline?  Uses up one of its occurrences. */
bool baseline_hides(struct baseline *b, const struct record *r);

#endif
