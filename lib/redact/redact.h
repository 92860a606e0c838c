/* redact.h - remove secrets from what heal keeps or reports
 *
 * The patterns are the rows of the table `secrets` (share/tables/secrets.yaml, heal-rules(5)).  They are read once in a
 * process, from the packs in use.  Each text and record goes through here before it leaves the process to be kept: to
 * the store, the review queue, the journal's texts, reports.  Records on a pipe and the backups of files are not
 * changed, because later stages and undo need the exact bytes.
 *
 * A secret becomes "[redacted: KIND]" or, in what stays on this machine, "[redacted: KIND TAG]".  The tag is a keyed
 * hash, so that equal secrets have equal tags, but nobody without the key (a file in the state directory) can test a
 * guess.  Redacting again changes no replacement, and nothing else but what only a replacement beside it makes a match.
 *
 * If the patterns cannot be read, or a pattern exceeds its limits, the whole text is replaced: nothing is kept that was
 * not searched. */
#ifndef HEAL_REDACT_REDACT_H
#define HEAL_REDACT_REDACT_H

#include "record/record.h"
#include "rules/pack.h"

enum redact_tag { REDACT_PLAIN, REDACT_TAGGED };

/* Read the patterns from a pack (NULL: the default one), or if it has none from the installed one.  Does nothing if
 * they are known.  Optional: the functions below call it with NULL.  false: err. */
bool redact_ready(const struct pack *pack, struct err *err);

/* The text itself if it contains no secret, else a copy in the arena. */
struct str redact_text(struct arena *a, struct str text, enum redact_tag tag);

/* Redact all strings of a JSON value in place; a member's name is searched together with its value, and the elements of
 * a list of strings as one command line.  true: something was replaced. */
bool redact_json(struct arena *a, struct json *v, enum redact_tag tag);

/* Redact a record.  If its fingerprint was computed from a text with a secret, it is computed again.  json is the line
 * of the record, or p == NULL.  *out: the record without secrets, in `a`, which may be r itself; *line: its line, equal
 * to json if nothing was replaced, p == NULL if json was.  false: err; the redacted record cannot be read. */
bool redact_record(struct arena *a, const struct record *r, struct str json, enum redact_tag tag, struct record *out,
	struct str *line, struct err *err);

/* record_write of the record without secrets, with tags; nothing if it cannot be redacted. */
void redact_write(FILE *out, const struct record *r);

/* fingerprint_of the record without secrets. */
struct str redact_fingerprint(struct arena *a, const struct record *r);

/* ---- for heal-rules test ---- */

struct redact_example {
	struct str kind;
	uint32_t number, line; /* of the example in its row, from 1; in its file */
	bool passed;
	struct str why;
};
/* Run the examples of the rows whose name matches the glob (empty: all), each with this row alone, and all examples
 * without a secret with all rows. */
void redact_examples(
	const struct pack *pack, struct str glob, void (*tell)(void *ctx, const struct redact_example *), void *ctx);

#endif
