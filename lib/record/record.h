/* record.h - a record: a JSON object on one line, and a struct in memory
 *
 * The members are the rows of record.def, from which the structs, the reader, the writer, the JSON Schema and the table
 * in heal-record(5) are generated.  Each stage fills in its own part: detect `error`, analyze `analysis` and
 * `solutions`, fix `fix`, validate `validation`.  Unknown members are preserved.
 *
 * An absent member is 0, false, empty or NULL.  Texts are in the record's arena. */
#ifndef HEAL_RECORD_RECORD_H
#define HEAL_RECORD_RECORD_H

#include <stdio.h>

#include <time.h>

#include "base/columns.h"
#include "base/vec.h"
#include "record/members.h"
#include "record/record.def"

/* The values of record.def's ENUM rows, in the same order; 0: absent. */
enum record_kind { KIND_NONE, KIND_INCIDENT, KIND_HEALTH, KIND_DEPLOYMENT, KIND_SESSION, KIND_EVENT };
enum level { LEVEL_NONE, LEVEL_FATAL, LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTE, LEVEL_INFO };
enum applicability {
	APPLICABILITY_NONE,
	APPLICABILITY_MACHINE,
	APPLICABILITY_MAYBE,
	APPLICABILITY_PLACEHOLDER,
	APPLICABILITY_ADVICE
};
enum risk_level { RISK_NONE, RISK_GREEN, RISK_AMBER, RISK_RED };
enum step_kind { STEP_NONE, STEP_EDIT, STEP_CREATE, STEP_MODE, STEP_RUN, STEP_DELEGATE, STEP_RETRY, STEP_ADVISE };
enum undo_kind { UNDO_NONE, UNDO_RESTORE, UNDO_REMOVE, UNDO_RUN, UNDO_IMPOSSIBLE };
enum fix_status {
	FIX_NONE,
	FIX_PLANNED,
	FIX_APPLIED,
	FIX_QUEUED,
	FIX_REFUSED,
	FIX_FAILED,
	FIX_SKIPPED,
	FIX_ROLLED_BACK
};
enum check_status { CHECK_NONE, CHECK_PASSED, CHECK_FAILED, CHECK_INCONCLUSIVE, CHECK_SKIPPED, CHECK_WARNING };
enum validation_level { VALIDATE_NONE, VALIDATE_QUICK, VALIDATE_STANDARD, VALIDATE_THOROUGH };
enum session_status {
	SESSION_NONE,
	SESSION_CLEAN,
	SESSION_HEALED,
	SESSION_UNHEALED,
	SESSION_PERSON,
	SESSION_INTERRUPTED,
	SESSION_FAILED
};
enum health_status { HEALTH_NONE, HEALTH_EXCELLENT, HEALTH_GOOD, HEALTH_WARNING, HEALTH_CRITICAL, HEALTH_FAILING };

#define C_TYPE_STRING(of) struct str
#define C_TYPE_TIME(of) struct str
#define C_TYPE_WORD(of) struct str
#define C_TYPE_ENUM(of) enum of
#define C_TYPE_INT(of) int64_t
#define C_TYPE_MAYBE_INT(of) struct maybe_int
#define C_TYPE_NUMBER(of) double
#define C_TYPE_BOOL(of) bool
#define C_TYPE_STRINGS(of) struct str_list
#define C_TYPE_JSON(of) struct json *
#define C_TYPE_OBJECT(of) struct of
#define C_TYPE_LIST(of) struct of##_list
#define C_MEMBER(T, member, name, kind, of, limits, doc) C_TYPE_##kind(of) member;

/* struct frame to struct event, each with its list type, and the tables frame_type to event_type. */
#define C_STRUCT(T, GROUP)                                                                      \
	struct T {                                                                              \
		GROUP##_MEMBERS(C_MEMBER, T) struct json *other; /* unknown members, or NULL */ \
	};                                                                                      \
	struct T##_list {                                                                       \
		struct T *at;                                                                   \
		size_t n, room;                                                                 \
	};                                                                                      \
	extern const struct object_type T##_type;
RECORD_OBJECTS(C_STRUCT)

struct record {
	struct arena *a;  /* memory of the record */
	struct str line;  /* as read; p == NULL: a new record */
	bool from_status; /* made from the command's exit status, since its output has no error */
	RECORD_MEMBERS(C_MEMBER, record)
	struct json *other;
};
extern const struct object_type record_type;

#define LIST_EACH(type, item, list) \
	for (struct type *item = (list)->at, *item##_end = item ? item + (list)->n : NULL; item != item##_end; item++)

enum { CORRELATION_MAX = 64 };
enum { RECORD_MAX = 1 << 20, TEXT_MAX = 64 * 1024 }; /* bytes of a line, and of a text */

/* A new record, with heal, id and time set. */
struct record record_new(struct arena *a, enum record_kind kind);
/* A deep copy in a. */
struct record record_copy(struct arena *a, const struct record *r);
/* One line.  Records other than incidents, which no stage changes, are written as read.  Texts over TEXT_MAX are
 * truncated, and members are removed until the line is at most RECORD_MAX; `truncated` is then set. */
void record_write_buf(struct buf *out, const struct record *r);
/* The same, flushed unless `out` is a regular file, because the reader of a pipe may be waiting. */
void record_write(FILE *out, const struct record *r);

/* The same as a JSON tree. */
struct json *record_json(struct arena *a, const struct record *r);

/* The names of enum values. */
struct str record_kind_name(enum record_kind kind);
struct str level_name(enum level level);
enum level level_parse(struct str name);
enum column_unit column_unit_parse(struct str name);
struct str applicability_name(enum applicability applicability);
enum applicability applicability_parse(struct str name);
struct str step_kind_name(enum step_kind kind);
enum step_kind step_kind_parse(struct str name);
struct str risk_name(enum risk_level level);
enum risk_level risk_parse(struct str name);
struct str fix_status_name(enum fix_status status);
struct str check_status_name(enum check_status status);
enum check_status check_status_parse(struct str name);
struct str validation_level_name(enum validation_level level);
enum validation_level validation_level_parse(struct str name);
struct str session_status_name(enum session_status status);
struct str health_status_name(enum health_status status);

/* At least an error, and not a summary of others. */
bool incident_is_failure(const struct record *r);
/* Not known to be caused by another incident. */
bool incident_is_root(const struct record *r);
/* The session of this process ($HEAL_CORRELATION_ID), if there is one and the record belongs to another; otherwise
 * p == NULL. */
struct str session_other(const struct record *r);
/* The number of occurrences, at least 1. */
int64_t incident_count(const struct record *r);
/* The steps as text, which is equal for equal steps. */
struct str steps_text(struct arena *a, const struct solution *s);
/* Its applicability is `machine` or `maybe`. */
bool solution_is_plausible(const struct solution *s);
/* The solution with this id, or NULL. */
struct solution *solution_find(const struct record *r, struct str id);

/* Reads records from a stream, one per line. */
struct record_reader {
	FILE *in;
	const char *name; /* for messages */
	char *line;       /* the last line as read, without its newline; not NUL-terminated */
	size_t n;         /* its length */
	size_t room;
	unsigned long number; /* of the last line */
	unsigned long bad;    /* number of lines that are not records */
	int fd;               /* read from this instead of `in`, which has read nothing; -1: from `in` */
	int error;            /* errno of a failed read from fd; 0: none */
	char *ahead;          /* read from fd, not yet taken: [at, end) */
	size_t at, end;
};

void record_reader_init(struct record_reader *rr, FILE *in, const char *name);
void record_reader_release(struct record_reader *rr);
/* 1: a record, in the arena (which the caller resets between records); 0: the end; -1: the line is not a record, err
 * has its number and the reason; reading can continue. */
int record_read(struct record_reader *rr, struct arena *a, struct record *r, struct err *err);
/* The same for a line in memory. */
bool record_parse(struct arena *a, struct str line, struct record *r, struct err *err);
/* Would the next record_read wait for more input, for more than so many milliseconds?  Only known when it reads from
 * fd; otherwise false. */
bool record_waits(const struct record_reader *rr, int ms);

/* The present time in the format of TIME members; a new UUIDv7 (RFC 9562). */
struct str time_text(struct arena *a);
/* Another time in the same form, so that the texts compare as the times do. */
struct str time_text_at(struct arena *a, time_t when);
struct str uuid7(struct arena *a);

/* The value of `fingerprint`; fingerprint.c defines it. */
struct str fingerprint_of(struct arena *a, const struct record *r);
/* A message with normalised numbers, addresses, quotes and paths. */
struct str message_normal(struct arena *a, struct str message);

#endif
