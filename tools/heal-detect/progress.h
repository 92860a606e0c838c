/* progress.h - how far reading is, on a terminal, once it takes long */
#ifndef HEAL_DETECT_PROGRESS_H
#define HEAL_DETECT_PROGRESS_H

#include <stdint.h>

/* For input_watch.read.  Nothing is drawn in the first two seconds of a file, nor where standard error is no terminal.
 */
void progress_read(void *ctx, const char *name, uint64_t done, uint64_t size);
/* Take the bar away, for something else to be written. */
void progress_clear(void);

#endif
