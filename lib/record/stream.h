/* stream.h - read all records of a tool's input files, or of standard input
 *
 * A line that is not a record, or a file that cannot be read, is reported with complain() (diag.h), which also sets the
 * tool's exit status; reading continues. */
#ifndef HEAL_RECORD_STREAM_H
#define HEAL_RECORD_STREAM_H

#include "record/record.h"

/* Called for each record, which is valid until it returns.  rr->line, rr->n: the line as read. */
typedef void record_fn(void *ctx, struct record *r, const struct record_reader *rr);

/* names: files, "-" for standard input, which is also the default. */
void records_each(char *const *names, int n, record_fn *fn, void *ctx);

#endif
