/* format.h - internal: shared by the output formats */
#ifndef HEAL_PRESENT_FORMAT_H
#define HEAL_PRESENT_FORMAT_H

#include <sys/types.h>

#include "base/buf.h"
#include "present/present.h"
#include "present/safe.h"
#include "present/summaries.h"

/* The last quoted file and the position in it: incidents are usually in the order of lines. */
struct excerpt {
	struct arena a;
	struct str name, text;
	ino_t inode;
	struct timespec changed;
	int64_t number; /* of the line that starts at `at` */
	size_t at;
};

struct presenter {
	const struct format *format;
	FILE *out;
	bool colour;
	bool live;       /* out is not a regular file: flush after each record */
	struct buf line; /* of ndjson */
	bool begun;
	struct arena scratch;      /* reset after each record */
	struct arena keep;         /* for the life of the presenter */
	void *state;               /* state of the format, in keep */
	struct count_by *count_by; /* in keep; NULL: records are printed */
	struct excerpt excerpt;
	const struct str *hidden; /* globs of files of which no line is shown */
	size_t hidden_n;
	unsigned long errors, warnings; /* incidents seen */
	unsigned long shown;            /* records that the format printed */
	struct summaries summaries;     /* if the format leaves them out */
};

struct format {
	const char *name;
	bool alone;                         /* each incident is work for somebody: without summaries of others */
	void (*begin)(struct presenter *p); /* before the first record, or before the end; may be NULL */
	void (*record)(struct presenter *p, const struct record *r);
	void (*end)(struct presenter *p); /* may be NULL */
};

void human_record(struct presenter *p, const struct record *r);
void human_end(struct presenter *p);
void gnu_record(struct presenter *p, const struct record *r);
void github_begin(struct presenter *p);
void github_record(struct presenter *p, const struct record *r);
void github_end(struct presenter *p);
void gitlab_begin(struct presenter *p);
void gitlab_record(struct presenter *p, const struct record *r);
void gitlab_end(struct presenter *p);
void sarif_begin(struct presenter *p);
void sarif_record(struct presenter *p, const struct record *r);
void sarif_end(struct presenter *p);
void rdjsonl_record(struct presenter *p, const struct record *r);
void junit_begin(struct presenter *p);
void junit_record(struct presenter *p, const struct record *r);
void junit_end(struct presenter *p);

/* ---- place.c: the location of a record ---- */

struct shown_place {
	struct str file;                            /* empty only if !known */
	int64_t line, column, end_line, end_column; /* 0: not given; columns in bytes, the end exclusive */
	bool known;
	bool in_log; /* the record has no file: this is the log */
};

struct shown_place place_of_record(struct presenter *p, const struct record *r);
/* The same for a frame, a note or an edit; !known where it names no file. */
struct shown_place place_of_file(struct arena *a, const struct record *r, struct str file);
struct shown_place place_of_frame(struct arena *a, const struct record *r, const struct frame *f);
struct shown_place place_of_related(struct arena *a, const struct record *r, const struct related *n);
/* A fix-it as an edit of its file; false: it is given by offsets. */
bool edit_of_fixit(const struct fixit *f, struct text_edit *edit);

/* error.file relative to the working directory; p == NULL if it is not below it. */
struct str file_here(struct arena *a, const struct record *r);
struct str file_below(struct arena *a, const struct record *r, struct str file);

/* ---- excerpt.c ---- */

/* A line of a file, without its newline; p == NULL if it cannot be read.  The name comes from a log, so only files
 * below the working directory are read.  Valid until the next call. */
struct str excerpt_line(struct presenter *p, struct str file, int64_t number);
void excerpt_release(struct excerpt *e);

/* Convert a column in bytes to one in code points; 0 if the line cannot be read and the text in the record is not
 * ASCII. */
int64_t column_in_points(struct presenter *p, const struct record *r, struct str file, int64_t line, int64_t column);

/* ---- count_by.c: presenter_by ---- */

void count_by_add(struct presenter *p, const struct record *r);
void count_by_print(struct presenter *p);

/* ---- present.c ---- */

/* The best solution, or NULL. */
const struct solution *best_solution(const struct record *r);
/* The most likely cause, or the empty view. */
struct str best_cause(const struct record *r);
/* "message", followed by lines "cause: ..." and "fix: ..." if known. */
struct str message_whole(struct arena *a, const struct record *r);
bool is_error_level(enum level level); /* error or fatal */

void json_show(struct presenter *p, const struct json *v); /* compact, no newline */

#endif
