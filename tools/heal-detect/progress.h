/* progress.h - progress bar for reading large files, and a count of many */
#ifndef HEAL_DETECT_PROGRESS_H
#define HEAL_DETECT_PROGRESS_H

#include <stdint.h>

/* For input_watch.read.  Nothing is drawn in the first two seconds of a file, or if standard error is not a terminal.
 */
void progress_read(void *ctx, const char *name, uint64_t done, uint64_t size);
/* A file begins.  From the second on, and two seconds after the first, their number and the name are shown. */
void progress_file(const char *name);
/* Erase the bar before other output. */
void progress_clear(void);

#endif
