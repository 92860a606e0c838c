/* csv.h - parse CSV with a header (RFC 4180) into the same tree as JSON, so that both are read alike
 *
 * Fields are separated by commas, semicolons or tabs, whichever the header has.  A field in double quotes may contain
 * them, newlines, and quotes that are doubled.  Text of which the first line is no header, or that has other records
 * than the header has fields, is no CSV. */
#ifndef HEAL_RECORD_CSV_H
#define HEAL_RECORD_CSV_H

#include "record/json.h"

enum { CSV_FIELDS_MAX = 64 };

/* Is the line a header: names alone (header_names.h)? */
bool csv_is_header(struct str line);

/* A list of objects, one for each record, its members strings by the names of the header; NULL if there is none.
 * `raw` of an object is its record.  It ends at the first record that has another number of fields, or no end.
 * *end: the offset after the last record. */
struct json *csv_parse(struct arena *a, struct str text, size_t *end);

/* Find the end of the records in a text that arrives in pieces: JSON_BROKEN with the first that is none.  There is no
 * other end. */
struct csv_scan {
	unsigned fields, seen; /* of the header; of this record */
	char separator;
	bool quoted, quote; /* within quotes; the last byte closed them */
	bool header, empty; /* in the first line; no byte of this record so far */
};
void csv_scan_init(struct csv_scan *s);
enum json_scanned csv_scan_add(struct csv_scan *s, struct str piece);

#endif
