/* str.h - view of bytes: pointer and length, not owned, not NUL-terminated
 *
 * Logs contain NUL bytes and invalid UTF-8, so only the length counts.  A view is valid as long as the memory that it
 * points into. */
#ifndef HEAL_BASE_STR_H
#define HEAL_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

#define STR(lit) ((struct str){ (lit), sizeof(lit) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })
/* For printf: "%.*s", STR_ARG(s).  Cut at a NUL byte by printf itself. */
#define STR_ARG(s) (int)((s).n > INT32_MAX ? INT32_MAX : (s).n), ((s).p ? (s).p : "")

/* Inline, because they are called for every member of every record, and the length of a literal is then a constant. */
static inline struct str str_of(const char *z) /* NULL gives the empty view */
{
	return (struct str){ z, z ? strlen(z) : 0 };
}

/* Of nothing an empty text: p != NULL. */
static inline struct str str_or_empty(struct str s)
{
	return s.p ? s : STR("");
}

static inline struct str str_sub(struct str s, size_t from, size_t to) /* clamped to s */
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct str){ s.p ? s.p + from : NULL, to - from };
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(struct str a, const char *z)
{
	return str_eq(a, str_of(z));
}

bool str_is_nocase(struct str a, const char *z); /* ASCII case */
int str_cmp(struct str a, struct str b);         /* as memcmp, shorter first */
/* For tables in memory only: another machine may compute another one.  hash: 0, or that of what comes before s. */
uint64_t str_hash(uint64_t hash, struct str s);
bool str_starts(struct str s, const char *prefix);
bool str_ends(struct str s, const char *suffix);

/* Index of the first c, of the last c, of the first needle; s.n if none. */
size_t str_chr(struct str s, char c);
size_t str_rchr(struct str s, char c);
size_t str_find(struct str s, struct str needle);

struct str str_trim(struct str s); /* without white space at both ends */
struct str str_rtrim(struct str s);

/* Take the next line from *rest, without its newline and a CR before it; false at the end.  The last line need not have
 * a newline. */
bool str_line(struct str *rest, struct str *line);
/* Take the next piece from *rest, up to sep; false at the end. */
bool str_split(struct str *rest, char sep, struct str *piece);
/* Is item one of the pieces of the list? */
bool str_lists(struct str list, char sep, struct str item);

/* Has it bytes below 0x80 only? */
bool str_is_ascii(struct str s);
/* Is one of the text's lines equal to this one, white space at both ends ignored? */
bool str_has_line(struct str text, struct str line);
/* Does the text contain the word, which is not part of a longer one there? */
bool str_has_word(struct str text, struct str word);
/* Equal except for white space, wherever it stands. */
bool str_same_words(struct str a, struct str b);
/* Does it contain a byte below 0x20 or 0x7f? */
bool str_has_control(struct str s);

/* Is item one of n texts? */
bool str_among(const struct str *texts, size_t n, struct str item);
/* For qsort of an array of struct str: as str_cmp. */
int str_order(const void *x, const void *y);

/* A decimal number of 1 to 18 digits and nothing else; false otherwise. */
bool str_number(struct str s, int64_t *out);

/* n bytes as 2 n lower-case hexadecimal digits, without a NUL. */
void hex_put(char *out, const unsigned char *bytes, size_t n);

/* The length of the valid UTF-8 sequence at s[i], 0 if it is not one. */
size_t utf8_length(struct str s, size_t i);
bool utf8_valid(struct str s);

#endif
