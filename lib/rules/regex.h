/* regex.h - regular expressions under limits (the only room that knows PCRE2)
 *
 * Bytes, unless the pattern itself holds non-ASCII characters: then UTF-8, with
 * invalid sequences in the subject matching nothing.  Every match runs under
 * match, depth and heap limits; a pattern that hits them often is struck out. */
#ifndef HEAL_RULES_REGEX_H
#define HEAL_RULES_REGEX_H

#include "base/arena.h"
#include "base/diag.h"

struct regex;

enum regex_flags { REGEX_PLAIN = 0, REGEX_MULTILINE = 1, REGEX_NOCASE = 2 };
enum { REGEX_GROUPS = 40 };

struct match {
	const struct regex *re;
	struct str whole;
	struct str group[REGEX_GROUPS]; /* by number, up to regex_groups(re); p == NULL: did not take part */
	unsigned n;
};

/* The pattern is only kept; it is compiled at the first match.  Text must outlive it. */
struct regex *regex_lazy(struct arena *a, struct str pattern, enum regex_flags flags);
/* Compiled now; NULL: err says what is wrong at which offset. */
struct regex *regex_new_flags(struct arena *a, struct str pattern, enum regex_flags flags, struct err *err);
struct regex *regex_new(struct arena *a, struct str pattern, struct err *err);
/* What PCRE2 allocated; the struct itself is the arena's.  NULL is fine. */
void regex_free(struct regex *re);

/* 1: m is filled, unless it is NULL; 0: no match; -1: a limit was hit or the pattern is faulty (then it never matches).
 */
int regex_match(struct regex *re, struct str subject, struct match *m);
/* The same from an offset on, for the next match in the same text; lookbehind sees what is before. */
int regex_match_from(struct regex *re, struct str subject, size_t from, struct match *m);

/* A named group; p == NULL when it is not in the pattern or took no part. */
struct str match_get(const struct match *m, const char *name);
/* How many groups there are; of a lazy pattern only once it was tried. */
unsigned regex_groups(const struct regex *re);
/* Group names: how many, and the i-th with its number. */
unsigned regex_names(const struct regex *re);
struct str regex_name(const struct regex *re, unsigned i, unsigned *group);
struct str regex_pattern(const struct regex *re);
bool regex_struck_out(const struct regex *re);

#endif
