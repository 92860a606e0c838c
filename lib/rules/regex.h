/* regex.h - regular expressions under limits (the only folder that uses PCRE2)
 *
 * Patterns match bytes; a pattern with non-ASCII characters matches UTF-8, in which invalid sequences match nothing.
 * Match, depth and heap limits apply; a pattern that exceeds them often is disabled. */
#ifndef HEAL_RULES_REGEX_H
#define HEAL_RULES_REGEX_H

#include "base/arena.h"
#include "base/diag.h"

struct regex;

enum regex_flags { REGEX_PLAIN = 0, REGEX_MULTILINE = 1, REGEX_NOCASE = 2 };
enum { REGEX_GROUPS = 40 };

/* Of a pattern, or of a form (form.h), whose groups have fixed names. */
struct match {
	const struct regex *re;   /* NULL: not of a pattern */
	const char *const *names; /* of a form: by group, up to NULL; or NULL */
	struct str whole;
	struct str group[REGEX_GROUPS]; /* by number, up to regex_groups(re); p == NULL: did not match */
	unsigned n;
};

/* Compiled at the first match.  The pattern must outlive it. */
struct regex *regex_lazy(struct arena *a, struct str pattern, enum regex_flags flags);
/* Compiled immediately, unless an area knows it; NULL: err has the reason and the offset. */
struct regex *regex_new_flags(struct arena *a, struct str pattern, enum regex_flags flags, struct err *err);
struct regex *regex_new(struct arena *a, struct str pattern, struct err *err);
/* Frees PCRE2's memory; the struct is in the arena.  Accepts NULL. */
void regex_free(struct regex *re);

/* 1: m is filled, unless it is NULL; 0: no match; -1: a limit was exceeded, or the pattern is invalid. */
int regex_match(struct regex *re, struct str subject, struct match *m);
/* The same from an offset on, for the next match in the same text; lookbehind includes the text before. */
int regex_match_from(struct regex *re, struct str subject, size_t from, struct match *m);

/* Memory with patterns of which it is known what each match contains, so that most need not be compiled. */
struct regex_area {
	const char *begin;
	size_t size;
	/* False only if the text certainly has no match. */
	bool (*may_match)(const struct regex_area *area, struct str pattern, bool nocase, struct str text);
	/* first_bytes(pattern, true) (first_byte.h); 0: not known. */
	uint32_t (*first)(const struct regex_area *area, struct str pattern);
	struct regex_area *next;
};

/* The area must live until it is removed. */
void regex_area_add(struct regex_area *area);
void regex_area_remove(struct regex_area *area);
/* False only if the pattern, which is the text of an area, certainly has no match in this text. */
bool regex_may_match(struct str pattern, enum regex_flags flags, struct str text);

/* A named group; p == NULL: it does not exist or did not match. */
struct str match_get(const struct match *m, const char *name);
/* The number of names, and the i-th with its group number. */
unsigned match_names(const struct match *m);
struct str match_name(const struct match *m, unsigned i, unsigned *group);
/* Number of groups; of a lazy pattern only after the first match. */
unsigned regex_groups(const struct regex *re);
/* Number of group names, and the i-th with its group number. */
unsigned regex_names(const struct regex *re);
struct str regex_name(const struct regex *re, unsigned i, unsigned *group);
struct str regex_pattern(const struct regex *re);
bool regex_struck_out(const struct regex *re);
/* Did one of its matches meet a limit?  Then that it was not found says nothing. */
bool regex_met_limit(const struct regex *re);

#endif
