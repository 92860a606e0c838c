/* document.h - collect the lines of a document: JSON, XML, CSV or a table
 *
 * Lines are added without their prefixes.  A scanner finds the end of the document, so that only complete documents are
 * parsed. */
#ifndef HEAL_DETECT_DOCUMENT_H
#define HEAL_DETECT_DOCUMENT_H

#include "detect/block.h"
#include "record/csv.h"
#include "record/table.h"
#include "record/xml.h"

enum { DOCUMENT_MAX = 16 << 20 }; /* bytes; a longer one is read as text */

enum document_state { DOCUMENT_OPEN, DOCUMENT_COMPLETE, DOCUMENT_BROKEN };

struct document {
	enum document_kind kind; /* DOCUMENT_NONE: not open */
	struct buf text;
	struct json_scan *json;
	struct xml_scan xml;
	struct csv_scan csv;
	struct regex *prefix[PREFIX_DEPTH]; /* of each of its lines */
	unsigned prefixes_n;
	unsigned long line;      /* its first */
	size_t rest;             /* complete: bytes of its last line after it */
	bool inside_line;        /* the last piece was not a whole line */
	bool too_long, has_more; /* why it is malformed: over the limit; part of something else */
};

void document_init(struct document *d);
void document_release(struct document *d);

/* The kind of document that may start with this line, by its first byte; CSV and tables, by their names. */
enum document_kind document_kind_at(struct str line);

void document_begin(struct document *d, enum document_kind kind, unsigned long line);
void document_clear(struct document *d);
/* Add a line, or a piece of one that is too long; `ended`: a newline follows. */
enum document_state document_add(struct document *d, struct str line, bool ended);

/* Parse what was collected, in the arena; valid as long as the text.  NULL: nothing. */
struct json *document_tree(const struct document *d, struct arena *a);

#endif
