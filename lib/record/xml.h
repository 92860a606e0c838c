/* xml.h - an XML text as the tree that JSON gives, so that one language of paths serves both
 *
 * An element is an object: each attribute a member that is a string; its child elements members by
 * their names (without a namespace's prefix), each a list in the order of the text; its own character
 * data, trimmed, stands in the object's `text`, which is never NULL.  A child wins over an attribute
 * of the same name.  `raw` is the element's source, NULL where it was never closed; so json_write is
 * not for these trees.
 *
 * A byte order mark is no XML: who reads the bytes takes it away.
 *
 * Made for hostile text: the five named entities and character references only, a document type is
 * skipped and may not declare anything, depth, names a node and character data have ceilings.
 *
 * Why not expat: this parser continues in a report that is broken in the middle.  expat stops at a colour code, a byte
 * that is not UTF-8, a duplicate attribute or a blank line above "<?xml", all of which occur in reports.  Measured
 * (tests/bench/libraries.c, 15 MB of checkstyle): 102 MB/s here, 64 with the same tree by expat; it adds 160 kB to a
 * static program, this file is 7 kB; starting takes the same time. */
#ifndef HEAL_RECORD_XML_H
#define HEAL_RECORD_XML_H

#include "record/json.h"

enum { XML_DEPTH = 100, XML_NAMES = 256 };

/* An object with one member, the list that holds the root element; NULL: there is none.  What follows
 * the root is not looked at.  A text that breaks off or is broken gives the tree so far.  *end: behind
 * the last tag that was read. */
struct json *xml_parse(struct arena *a, struct str text, size_t *end);

/* Where the root element ends, in a text that comes in pieces; as json_scan (json.h). */
struct xml_scan {
	int state, quote, depth;
	unsigned seen;       /* bytes of what must stand there that were seen */
	bool closing, empty; /* the tag at hand: "</...", ".../>" */
};
void xml_scan_init(struct xml_scan *s);
enum json_scanned xml_scan_add(struct xml_scan *s, struct str piece, size_t *used);

#endif
