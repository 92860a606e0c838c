/* visible.h - show untrusted text so that a reader sees what is there
 *
 * Terminals interpret control bytes.  Code points that change the direction of text, that have no width, or that end a
 * line can make a command, a file name or a diff look like another.  All human output goes through visible(), or
 * through text_safe() (present/safe.h), which also escapes the commands of CI systems; JSON is written with \u escapes
 * for the same code points (record/json.h). */
#ifndef HEAL_BASE_VISIBLE_H
#define HEAL_BASE_VISIBLE_H

#include "base/arena.h"

/* The code point of the UTF-8 sequence of n bytes at s[i], if it must not be printed as it is; otherwise 0. */
unsigned char_hidden(struct str s, size_t i, size_t n);

enum { VISIBLE_MOST = 12 }; /* bytes that one character takes, with the NUL */
/* What is shown for the character at s[i], and the number of its bytes in *step: the character itself, "\n", "\x1b",
 * "\u202e" or "\U000e0041"; a byte that is not UTF-8 is shown as "\xff".  Returns out. */
const char *visible_at(struct str s, size_t i, size_t *step, char out[VISIBLE_MOST]);

/* Copy untrusted text to out with all that is escaped, except tabs, at most room - 1 bytes, NUL-terminated; returns
 * out. */
const char *visible(struct str text, char *out, size_t room);
/* All of it, in the arena. */
const char *visible_in(struct arena *a, struct str text);

#endif
