/* format.h - what the formats of this room share; not for other rooms */
#ifndef HEAL_FORMAT_H
#define HEAL_FORMAT_H

#include "present.h"

struct presenter {
	const struct format *format;
	FILE *out;
	bool colour;
	bool live;			/* out is no regular file: flushed after each record */
	struct arena scratch;		/* reset after each record */
	unsigned long errors, warnings;	/* incidents seen */
};

struct format {
	const char *name;
	void (*record)(struct presenter *p, const struct record *r);
	void (*end)(struct presenter *p);	/* may be NULL */
};

void human_record(struct presenter *p, const struct record *r);
void human_end(struct presenter *p);
void github_record(struct presenter *p, const struct record *r);

/* error.file as it lies below the working directory; p == NULL if it does not. */
struct str file_here(struct arena *a, const struct record *r);

/* A line of a file below the working directory, without its newline; p == NULL if it cannot be
 * read.  The name came out of a log, so no other file than these is ever shown. */
struct str excerpt_line(struct arena *a, struct str file, int64_t number);

/* The best solution, or NULL. */
struct json *best_solution(const struct record *r);
/* Text of the likeliest cause, or the empty view. */
struct str best_cause(const struct record *r);

#endif
