/* present.h - write records in an output format
 *
 *     struct presenter *p = presenter_new(format, stdout, COLOUR_AUTO);
 *     while (...)
 *             presenter_record(p, &record);
 *     presenter_end(p);
 *
 * A format is a row in present.c and a file.  Text from logs is escaped: it contains no control bytes and no commands
 * of a CI system, and cannot end the string, element or code span that contains it.  All formats but ndjson are without
 * secrets (redact.h). */
#ifndef HEAL_PRESENT_PRESENT_H
#define HEAL_PRESENT_PRESENT_H

#include <stdio.h>

#include "record/record.h"

/* The names of the formats, for OPT_CHOICE. */
#define PRESENT_FORMATS "human|ndjson|gnu|github|gitlab|sarif|rdjsonl|junit"

enum colour { COLOUR_AUTO, COLOUR_NEVER, COLOUR_ALWAYS }; /* auto: on a terminal without NO_COLOR */

/* The word of an option --color: auto, always, never. */
enum colour colour_parse(const char *word);
/* Is colour wanted on this stream?  NO_COLOR and TERM=dumb say no to auto. */
bool colour_wanted(FILE *out, enum colour colour);

struct presenter;

/* format: one of PRESENT_FORMATS; NULL: human if `out` is a terminal, else ndjson.  The caller closes `out`.  NULL only
 * for an unknown format. */
struct presenter *presenter_new(const char *format, FILE *out, enum colour colour);

/* Do not flush each record: the caller flushes `out` before it waits for anything.  Before the first record. */
void presenter_gather(struct presenter *p);
/* No line of these files (globs_match) is shown, because they hold secrets.  The globs must outlive p. */
void presenter_hide(struct presenter *p, const struct str *globs, size_t n);

/* What incidents can be counted by, for OPT_CHOICE. */
#define PRESENT_BY "tool|file|level|rule"
/* Count the incidents by one of these, and write the counts at the end instead of the records.  false: the format is
 * neither human nor ndjson. */
bool presenter_by(struct presenter *p, const char *by);

/* Write a record of any kind; formats other than ndjson ignore some kinds.  Flushed like record_write. */
void presenter_record(struct presenter *p, const struct record *r);

/* Write the end (human: the count; gitlab, sarif, junit: the end of the document), and free p; accepts NULL. */
void presenter_end(struct presenter *p);

/* The corrected command line, "mkdir -p a && touch a/b", if the solution is one; else empty. */
struct str correction_text(struct arena *a, const struct solution *solution);

/* "warning in 5.2 h (3.1 to 9.8) if it goes on like this"; empty: nothing is predicted. */
struct str prediction_text(struct arena *a, const struct forecast *p);

#endif
