/* json.h - JSON values in an arena (the only room that knows yajl)
 *
 * A value keeps the text that it was parsed from and is written back as that
 * very text until it is changed, so what heal does not touch survives byte for
 * byte: number formats, escapes, member order, unknown members. */
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

/* COMMENTS: allow C-style comments.  BYTES: strings may hold what is no UTF-8; it becomes U+FFFD. */
enum json_flags { JSON_PLAIN = 0, JSON_COMMENTS = 1, JSON_BYTES = 2 };

enum { JSON_DEPTH = 100 }; /* nesting beyond this is refused: yajl itself has no limit */

/* Text must outlive the arena's use of the value.  NULL: err says what is wrong at which byte. */
struct json *json_parse(struct arena *a, struct str text, enum json_flags flags, struct err *err);
/* What there is of a text that breaks off or is broken: the tree so far, NULL if there is none.  A
 * container that was never closed has raw.p == NULL.  *end: behind the last value that is complete. */
struct json *json_parse_some(struct arena *a, struct str text, size_t *end);

/* Where an object or array ends that comes in pieces, found without keeping it. */
struct json_scan;
enum json_scanned { JSON_OPEN, JSON_CLOSED, JSON_BROKEN };
struct json_scan *json_scan_new(void);
void json_scan_free(struct json_scan *s);
/* *used: the bytes of the piece up to the end, when it says JSON_CLOSED; nothing may be added after that,
 * nor after JSON_BROKEN. */
enum json_scanned json_scan_add(struct json_scan *s, struct str piece, size_t *used);

/* Compact, one line, valid UTF-8 whatever the strings hold (bad bytes become U+FFFD). */
void json_write(struct buf *out, const struct json *v);
void json_write_string(struct buf *out, struct str s); /* quoted and escaped */
struct str json_text(struct arena *a, const struct json *v);

/* Reading.  All accept NULL and the wrong type, and then give the default. */
struct json *json_get(const struct json *object, const char *key);
struct json *json_path(const struct json *v, const char *dotted); /* "error.file", "solutions.0.id" */
struct json *json_at(const struct json *array, size_t i);
size_t json_count(const struct json *v);
struct str json_str(const struct json *v);                 /* STR_NONE unless a string */
int64_t json_int(const struct json *v, int64_t otherwise); /* a number cut to an integer */
double json_double(const struct json *v, double otherwise);
bool json_bool(const struct json *v, bool otherwise);
#define JSON_EACH(item, v) for (struct json *item = (v) ? (v)->first : NULL; item; item = item->next)

/* Making and changing.  Strings are copied into the arena. */
struct json *json_new(struct arena *a, enum json_type type);
struct json *json_new_str(struct arena *a, struct str s);
struct json *json_new_int(struct arena *a, int64_t n);
struct json *json_new_double(struct arena *a, double d); /* at most 6 decimals; finite */
void json_write_double(struct buf *out, double d);       /* the same, straight into text */
struct json *json_new_bool(struct arena *a, bool truth);
struct json *json_copy(struct arena *a, const struct json *v); /* deep, everything in a */
/* Replace or append a member; value loses any former parent.  Returns value. */
struct json *json_set(struct arena *a, struct json *object, const char *key, struct json *value);
struct json *json_set_str(struct arena *a, struct json *object, const char *key, struct str s);
struct json *json_set_int(struct arena *a, struct json *object, const char *key, int64_t n);
struct json *json_set_double(struct arena *a, struct json *object, const char *key, double d);
struct json *json_set_bool(struct arena *a, struct json *object, const char *key, bool truth);
/* The member, made as an empty object or array where it is absent. */
struct json *json_object_in(struct arena *a, struct json *object, const char *key);
struct json *json_array_in(struct arena *a, struct json *object, const char *key);
struct json *json_add(struct json *array, struct json *value); /* append; returns value */
/* Append a member that has its name already, taken out of wherever it stood. */
void json_append_member(struct json *object, struct json *member);
void json_remove(struct json *object, const char *key);

#endif
