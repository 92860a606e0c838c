/* format.h - what the formats of this room share; not for other rooms */
#ifndef HEAL_PRESENT_FORMAT_H
#define HEAL_PRESENT_FORMAT_H

#include <sys/types.h>

#include "base/buf.h"
#include "present/present.h"

/* The file that was quoted last, and how far into it we are: incidents tend to come in the order of lines. */
struct excerpt {
	struct arena a;
	struct str name, text;
	ino_t inode;
	struct timespec changed;
	int64_t number; /* of the line that begins at `at` */
	size_t at;
};

struct presenter {
	const struct format *format;
	FILE *out;
	bool colour;
	bool live; /* out is no regular file: flushed after each record */
	bool begun;
	struct arena scratch; /* reset after each record */
	struct arena keep;    /* for the presenter's life */
	void *state;          /* the format's own, in keep */
	struct excerpt excerpt;
	unsigned long errors, warnings; /* incidents seen */
	unsigned long shown;            /* records that the format had words for */
};

struct format {
	const char *name;
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

/* ---- safe.c: words of a log in a line of text ---- */

/* LINE_BEGINS: nothing but blanks stands before them. */
enum text_place { LINE_BEGINS, LINE_GOES_ON };

/* The text with its control bytes made visible, and harmless to a CI system that reads our output: no
 * "##name[" anywhere (Azure Pipelines, TeamCity, GitHub), no "::" that begins a line (GitHub).  At most
 * max bytes of it, NUL-terminated in the arena. */
struct str text_safe(struct arena *a, struct str text, size_t max, enum text_place place);

/* ---- place.c: where a record points to ---- */

struct shown_place {
	struct str file;                            /* never empty, but for !known */
	int64_t line, column, end_line, end_column; /* 0: not said; columns in bytes, the end exclusive */
	bool known;
	bool in_log; /* the record names no file: this is the log it was read in */
};

struct shown_place place_of_record(struct presenter *p, const struct record *r);
/* The same for a frame, a note or an edit; !known where it names no file. */
struct shown_place place_of_file(struct arena *a, const struct record *r, struct str file);
struct shown_place place_of_frame(struct arena *a, const struct record *r, const struct frame *f);
struct shown_place place_of_related(struct arena *a, const struct record *r, const struct related *n);
/* A fix-it as an edit of its file; false: it is given by offsets. */
bool edit_of_fixit(const struct fixit *f, struct text_edit *edit);

/* error.file as it lies below the working directory; p == NULL if it does not. */
struct str file_here(struct arena *a, const struct record *r);
struct str file_below(struct arena *a, const struct record *r, struct str file);

/* ---- excerpt.c ---- */

/* A line of a file below the working directory, without its newline; p == NULL if it cannot be
 * read.  The name came out of a log, so no other file than these is ever shown.  Valid until
 * the next call. */
struct str excerpt_line(struct presenter *p, struct str file, int64_t number);
void excerpt_release(struct excerpt *e);

/* A column in bytes as one in code points; 0 where that cannot be known: the line cannot be read and
 * the record's own text is not ASCII. */
int64_t column_in_points(struct presenter *p, const struct record *r, struct str file, int64_t line, int64_t column);

/* ---- present.c ---- */

/* The best solution, or NULL. */
const struct solution *best_solution(const struct record *r);
/* Text of the likeliest cause, or the empty view. */
struct str best_cause(const struct record *r);
/* "message", and on lines of their own "cause: ..." and "fix: ..." where a stage said so. */
struct str message_whole(struct arena *a, const struct record *r);
bool is_error_level(enum level level); /* error or fatal */

void json_show(struct presenter *p, const struct json *v); /* compact, no newline */

#endif
