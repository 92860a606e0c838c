/* json.h - JSON values in an arena (the only folder that uses yajl)
 *
 * A value that is not changed is written with the text from which it was parsed, so number formats, escapes, member
 * order and unknown members are preserved. */
#ifndef HEAL_RECORD_JSON_H
#define HEAL_RECORD_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
	enum json_type type;
	bool truth;      /* JSON_BOOL */
	struct str text; /* JSON_STRING: decoded; JSON_NUMBER: as written */
	struct str raw;  /* the source text; p == NULL once changed */
	struct str key;  /* this member's name, in an object */
	struct json *parent, *next;
	struct json *first, *last; /* elements or members, in order */
};

/* COMMENTS: allow C comments.  BYTES: replace invalid UTF-8 in strings by U+FFFD instead of failing. */
enum json_flags { JSON_PLAIN = 0, JSON_COMMENTS = 1, JSON_BYTES = 2 };

enum { JSON_DEPTH = 100 }; /* deeper nesting is an error; yajl has no limit */

/* The text must outlive the value.  NULL: err has the reason and the byte offset. */
struct json *json_parse(struct arena *a, struct str text, enum json_flags flags, struct err *err);
/* Parse a truncated or invalid text as far as possible; NULL if there is no value.  A container without its end has
 * raw.p == NULL.  *end: the offset after the last complete value. */
struct json *json_parse_some(struct arena *a, struct str text, size_t *end);

/* Find the end of an object or array that arrives in pieces, without storing it. */
struct json_scan;
enum json_scanned { JSON_OPEN, JSON_CLOSED, JSON_BROKEN };
struct json_scan *json_scan_new(void);
void json_scan_free(struct json_scan *s);
/* *used: the bytes of the piece up to the end, if JSON_CLOSED.  Do not call it again after JSON_CLOSED or JSON_BROKEN.
 */
enum json_scanned json_scan_add(struct json_scan *s, struct str piece, size_t *used);

/* Compact, on one line; invalid UTF-8 becomes U+FFFD. */
void json_write(struct buf *out, const struct json *v);
void json_write_string(struct buf *out, struct str s); /* quoted and escaped */
struct str json_text(struct arena *a, const struct json *v);

/* Read.  For NULL and a wrong type, all return the default. */
struct json *json_get(const struct json *object, const char *key);
struct json *json_path(const struct json *v, const char *dotted); /* "error.file", "solutions.0.id" */
struct json *json_at(const struct json *array, size_t i);
size_t json_count(const struct json *v);
struct str json_str(const struct json *v);                 /* STR_NONE unless a string */
int64_t json_int(const struct json *v, int64_t otherwise); /* a number cut to an integer */
double json_double(const struct json *v, double otherwise);
bool json_bool(const struct json *v, bool otherwise);
#define JSON_EACH(item, v) for (struct json *item = (v) ? (v)->first : NULL; item; item = item->next)

/* Create and change.  Strings are copied into the arena. */
struct json *json_new(struct arena *a, enum json_type type);
struct json *json_new_str(struct arena *a, struct str s);
struct json *json_new_int(struct arena *a, int64_t n);
struct json *json_new_double(struct arena *a, double d); /* at most 6 decimals; finite */
void json_write_double(struct buf *out, double d);       /* the same as text */
struct json *json_new_bool(struct arena *a, bool truth);
struct json *json_copy(struct arena *a, const struct json *v); /* a deep copy in a */
/* Replace or append a member; value is removed from its former parent.  Returns value. */
struct json *json_set(struct arena *a, struct json *object, const char *key, struct json *value);
struct json *json_set_str(struct arena *a, struct json *object, const char *key, struct str s);
struct json *json_set_int(struct arena *a, struct json *object, const char *key, int64_t n);
struct json *json_set_double(struct arena *a, struct json *object, const char *key, double d);
struct json *json_set_bool(struct arena *a, struct json *object, const char *key, bool truth);
/* The member; if absent, a new empty object or array. */
struct json *json_object_in(struct arena *a, struct json *object, const char *key);
struct json *json_array_in(struct arena *a, struct json *object, const char *key);
struct json *json_add(struct json *array, struct json *value); /* append; returns value */
/* Append a member that has its name already; it is removed from its former parent. */
void json_append_member(struct json *object, struct json *member);
void json_remove(struct json *object, const char *key);

#endif
