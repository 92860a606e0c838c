/* xml.h - parse XML into the same tree as JSON, so that both have the same path expressions
 *
 * An element becomes an object.  Each attribute is a string member.  Child elements are members by name, without
 * namespace prefix, each a list in document order; a child replaces an attribute of the same name.  The element's own
 * character data, trimmed, is in the object's `text`, which is never NULL.  `raw` is the source of the element, NULL if
 * its end tag is missing; json_write cannot be used for these trees.
 *
 * The caller removes a byte order mark.
 *
 * The parser is safe for hostile input: it expands only the five named entities and character references, ignores a
 * document type and rejects declarations in it, and limits depth, names per node and character data.
 *
 * Why not expat: this parser continues after an error in the middle of a report.  expat stops at a colour code, a byte
 * that is not UTF-8, a duplicate attribute or a blank line above "<?xml", all of which occur in reports.  Measured
 * (tests/bench/libraries.c, 15 MB of checkstyle): 102 MB/s here, 64 with the same tree by expat; it adds 160 kB to a
 * static program, this file is 7 kB; starting takes the same time. */
#ifndef HEAL_RECORD_XML_H
#define HEAL_RECORD_XML_H

#include "record/json.h"

enum { XML_DEPTH = 100, XML_NAMES = 256 };

/* An object with one member, a list of the root element; NULL if there is none.  Text after the root is ignored.  A
 * truncated or invalid text gives the tree up to the error.  *end: the offset after the last tag that was read. */
struct json *xml_parse(struct arena *a, struct str text, size_t *end);

/* Find the end of the root element in a text that arrives in pieces; see json_scan (json.h). */
struct xml_scan {
	int state, quote, depth;
	unsigned seen;       /* matched bytes of the expected marker */
	bool closing, empty; /* the present tag is "</...", ".../>" */
};
void xml_scan_init(struct xml_scan *s);
enum json_scanned xml_scan_add(struct xml_scan *s, struct str piece, size_t *used);

#endif
