/* document.h - the lines of a JSON or XML document, gathered until it ends
 *
 * Lines go in as they stand behind their prefixes; the kind's scanner says where the document ends, so
 * nothing is parsed before it is whole. */
#ifndef HEAL_DETECT_DOCUMENT_H
#define HEAL_DETECT_DOCUMENT_H

#include "detect/block.h"
#include "record/xml.h"

enum { DOCUMENT_MAX = 16 << 20 }; /* bytes; what is longer is read as text */

enum document_state { DOCUMENT_OPEN, DOCUMENT_COMPLETE, DOCUMENT_BROKEN };

struct document {
	enum document_kind kind; /* DOCUMENT_NONE: none is open */
	struct buf text;
	struct json_scan *json;
	struct xml_scan xml;
	struct regex *prefix[PREFIX_DEPTH]; /* what stands before each of its lines */
	unsigned prefixes_n;
	unsigned long line;      /* its first */
	size_t rest;             /* complete: bytes of its last line behind it */
	bool inside_line;        /* the last piece was no whole line */
	bool too_long, has_more; /* why it is broken: the ceiling; part of something else goes on behind it */
};

void document_init(struct document *d);
void document_release(struct document *d);

/* The kind of document that a line may begin, by its first byte. */
enum document_kind document_kind_at(struct str line);

void document_begin(struct document *d, enum document_kind kind, unsigned long line);
void document_clear(struct document *d);
/* The next line, or a piece of one that is too long; `ended`: a newline follows it. */
enum document_state document_add(struct document *d, struct str line, bool ended);

/* What there is of it as a tree, in the arena as long as the text lives; NULL: nothing. */
struct json *document_tree(const struct document *d, struct arena *a);

#endif
