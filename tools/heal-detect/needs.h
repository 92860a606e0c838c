/* needs.h - heal-detect --needs: the commands that shell scripts need and this machine lacks
 *
 * Each is told to the detector as the shell itself would tell it, "x.sh: line 3: jq: command not found", so that the
 * rules for those messages know the rest. */
#ifndef HEAL_DETECT_NEEDS_H
#define HEAL_DETECT_NEEDS_H

#include "detect/detector.h"

/* names: files or "-", then NULL.  Complains of what cannot be read. */
void needs_tell(const char *const *names, const struct detector_options *o);

#endif
