/* tee.h - pass standard input on to standard output, and write the records elsewhere
 *
 * The text is passed on as it is read, byte for byte, before it is searched.  Where it cannot be written, because its
 * reader has gone or a disk is full, the search goes on: the records are complete. */
#ifndef HEAL_DETECT_TEE_H
#define HEAL_DETECT_TEE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/str.h"

/* Open the destination of the records: the name of a file, "fd:N" or "/dev/fd/N".  Call before any other file is
 * opened.  If that fails, it complains, and they go nowhere: a log is not lost for want of its records.  Exits if they
 * would be mixed with the text. */
FILE *tee_open(const char *where);

/* Pass bytes on.  0, or the errno that prevents it: what follows is dropped.  For input_watch.text. */
int tee_text(void *ctx, struct str bytes);
/* Pass on the rest of standard input, because it cannot be searched. */
void tee_rest(void);

/* At the end: complain if text or records were lost.  A text whose reader has gone is not lost. */
void tee_end(FILE *records);

#endif
