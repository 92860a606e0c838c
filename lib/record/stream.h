/* stream.h - every record of the files that a tool was given, or of standard input
 *
 * What is no record, and what cannot be opened or read, is complained of (diag.h) with its name and
 * line number, so that the tool's exit status says it at the end; the stream goes on. */
#ifndef HEAL_RECORD_STREAM_H
#define HEAL_RECORD_STREAM_H

#include "record/record.h"

/* One record; gone when it returns.  rr->line, rr->n: the line as it came. */
typedef void record_fn(void *ctx, struct record *r, const struct record_reader *rr);

/* names: files, "-" for standard input; none: standard input. */
void records_each(char *const *names, int n, record_fn *fn, void *ctx);

#endif
