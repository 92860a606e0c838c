/* patterns.h - internal: the patterns of secrets, compiled */
#ifndef HEAL_REDACT_PATTERNS_H
#define HEAL_REDACT_PATTERNS_H

#include "base/vec.h"
#include "redact/redact.h"
#include "rules/regex.h"

struct secret_pattern {
	struct str kind;
	struct regex *match, *unless; /* unless: NULL if the row has none */
	bool always;                  /* it has no words: search every text */
	bool of_command;              /* what it finds is an argument */
	struct str signs;             /* each match contains one of these; empty: any */
};

/* A word in lower case, with the pattern that it announces. */
struct secret_word {
	struct str text;
	size_t row;
	struct secret_word *next; /* with the same first bytes */
};

/* The words are found by a hash of their first 3 bytes.  A gate (gate.h) would search faster, but takes 90 ms to
 * compile, and most runs of heal search a few kilobytes. */
enum { HEADS = 4096, FIRSTS = 1 << 16 };
struct patterns {
	struct secret_pattern *at;
	size_t n;
	struct secret_word *heads[HEADS];
	uint64_t firsts[FIRSTS / 64]; /* a bit is set if words may begin so; see first_of in patterns.c */
	struct known_values *known;   /* known_values.c; or NULL */
};

/* A range of a text that is a secret. */
struct secret {
	size_t begin, end;
	struct str kind;
	bool of_command;
};
struct secrets {
	struct secret *at;
	size_t n, room;
};

/* Read the rows of a table.  All memory is in the arena.  */
void patterns_read(struct arena *a, struct node table, struct patterns *p);
/* Frees the compiled patterns, which are not in the arena. */
void patterns_release(struct patterns *p);
/* Find the secrets of a text: sorted, not overlapping.  only: the index of the one row to use, or SIZE_MAX. */
void patterns_find(const struct patterns *p, struct arena *a, struct str text, size_t only, struct secrets *out);
/* The same with all rows, for the text as it is: neither decoded nor read as a list, and in any order. */
void patterns_match(const struct patterns *p, struct arena *a, struct str text, struct secrets *out);
/* Is there possibly a secret?  False is certain. */
bool patterns_suspect(const struct patterns *p, struct str text);

/* Secrets that are encoded in base64, or arguments of a command line that is written as a list. */
void encoded_find(const struct patterns *p, struct arena *a, struct str text, struct secrets *out);
bool encoded_suspect(const struct patterns *p, struct str text);

/* Note the values of the environment, to find the secrets among them. */
void known_values_read(struct arena *a, struct patterns *p);
/* Add where one of them, or one of those in out, stands elsewhere in the text. */
void known_values_find(const struct patterns *p, struct arena *a, struct str text, struct secrets *out);
bool known_values_stand(const struct patterns *p, struct str text);

/* Was this text, a member with its name, kept as one in which there is no secret, and none in the member alone? */
bool clean_text_is_known(struct str text);
void clean_text_keep(struct str text);

/* The text with its secrets replaced.  key: for tags; p == NULL: none. */
struct str secrets_replaced(struct arena *a, struct str text, const struct secrets *found, struct str key);

/* The key of the tags, made at the first use; p == NULL if it can be neither read nor made. */
struct str tag_key(void);
/* 8 hexadecimal digits: HMAC-SHA-256 (RFC 2104) of the secret. */
enum { TAG_LENGTH = 8 };
void tag_of(struct str key, struct str secret, char out[TAG_LENGTH + 1]);

#endif
