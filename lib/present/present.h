/* present.h - records shown to a person, a CI system, or the next stage
 *
 *     struct presenter *p = presenter_new(format, stdout, COLOUR_AUTO);
 *     while (...)
 *             presenter_record(p, &record);
 *     presenter_end(p);
 *
 * A format is a row in present.c and a file beside it.  Everything in a record that came from
 * a log stays harmless: control bytes are made visible, a line of it is never a command of a CI system,
 * and it never ends the string, the element or the code span that it stands in. */
#ifndef HEAL_PRESENT_PRESENT_H
#define HEAL_PRESENT_PRESENT_H

#include <stdio.h>

#include "record/record.h"

/* The formats' names, as OPT_CHOICE wants them. */
#define PRESENT_FORMATS "human|ndjson|gnu|github|gitlab|sarif|rdjsonl|junit"

enum colour { COLOUR_AUTO, COLOUR_NEVER, COLOUR_ALWAYS }; /* auto: a terminal, and no NO_COLOR */

/* The word of an option --color: auto, always, never. */
enum colour colour_parse(const char *word);
/* Is colour wanted on this stream?  NO_COLOR and TERM=dumb say no to auto. */
bool colour_wanted(FILE *out, enum colour colour);

struct presenter;

/* format: one of PRESENT_FORMATS; NULL: human where `out` is a terminal, ndjson elsewhere.
 * `out` stays the caller's.  NULL only for an unknown format. */
struct presenter *presenter_new(const char *format, FILE *out, enum colour colour);

/* Any kind of record; ndjson writes every one, the others those they have words for.  Flushed
 * like record_write: someone may be waiting. */
void presenter_record(struct presenter *p, const struct record *r);

/* What a format has to say at the end (human: the count; gitlab, sarif, junit: what closes the document),
 * and free; NULL is fine. */
void presenter_end(struct presenter *p);

/* What to type, "mkdir -p a && touch a/b", if the solution corrects a command line; else empty. */
struct str correction_text(struct arena *a, const struct solution *solution);

#endif
