/* record.h - one record: a JSON object on a line of its own
 *
 * The members are the rows of record.def; the reader's checks, the writer, the
 * JSON Schema and the table in heal-record(5) all come from it.  Members that
 * no row lists survive untouched. */
#ifndef HEAL_RECORD_RECORD_H
#define HEAL_RECORD_RECORD_H

#include <stdio.h>

#include "record/json.h"

enum field {
#define FIELD(id, path, kind, limits, doc) F_##id,
#include "record/record.def"
#undef FIELD
	F_COUNT
};

enum field_kind { FK_STRING, FK_INT, FK_NUMBER, FK_BOOL, FK_ENUM, FK_TIME, FK_OBJECT, FK_ARRAY, FK_STRINGS };

struct field_row {
	const char *path;
	enum field_kind kind;
	const char *limits;
	const char *doc;
};
extern const struct field_row field_rows[F_COUNT];

enum { RECORD_MAX = 1 << 20, TEXT_MAX = 64 * 1024 }; /* bytes: of a line; of one text in it */

struct record {
	struct arena *a;   /* holds the whole record */
	struct json *root; /* the object */
};

/* A new record of a kind ("incident"), with heal, id and time set. */
struct record record_new(struct arena *a, const char *kind);

/* Scalar members by field; a path through an array has no single value and is not allowed here. */
struct json *record_get(const struct record *r, enum field f);
struct str record_str(const struct record *r, enum field f);
int64_t record_int(const struct record *r, enum field f, int64_t otherwise);
double record_double(const struct record *r, enum field f, double otherwise);
bool record_bool(const struct record *r, enum field f, bool otherwise);
/* Objects on the way are made.  A string over TEXT_MAX is cut and "truncated" set. */
void record_set(struct record *r, enum field f, struct json *value);
void record_set_str(struct record *r, enum field f, struct str s);
void record_set_int(struct record *r, enum field f, int64_t n);
void record_set_double(struct record *r, enum field f, double d);
void record_set_bool(struct record *r, enum field f, bool b);
bool record_is(const struct record *r, const char *kind);

/* Every known member has the type and the range that its row states. */
bool record_check(const struct record *r, struct err *err);

/* One line, flushed unless `out` is a regular file: someone may be waiting. */
void record_write(FILE *out, const struct record *r);
void record_write_buf(struct buf *out, const struct record *r);

/* Records from a stream, a line each. */
struct record_reader {
	FILE *in;
	const char *name; /* for messages */
	char *line;       /* the last line as it came, without its newline; not NUL-terminated */
	size_t n;         /* its bytes */
	size_t room;
	unsigned long number; /* of the last line read */
	unsigned long bad;    /* lines that were no record */
};
void record_reader_init(struct record_reader *rr, FILE *in, const char *name);
void record_reader_release(struct record_reader *rr);
/* 1: a record, in the arena (which the caller resets between records); 0: the end;
 * -1: this line is no record, err says which and why; reading can go on. */
int record_read(struct record_reader *rr, struct arena *a, struct record *r, struct err *err);
/* The same from text in hand. */
bool record_parse(struct arena *a, struct str line, struct record *r, struct err *err);

/* Now, as the time members want it; UUIDv7 (RFC 9562) as text. */
struct str time_text(struct arena *a);
struct str uuid7(struct arena *a);

/* Set error.fingerprint's value: see fingerprint.c for the formula. */
struct str fingerprint_of(struct arena *a, const struct record *r);
/* A message with numbers, addresses, quotes and paths made alike. */
struct str message_normal(struct arena *a, struct str message);

#endif
