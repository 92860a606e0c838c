/* buf.h - growing byte buffer with a maximum size
 *
 * Data beyond the maximum is dropped and `truncated` is set, so that no input can exhaust memory or end the program. */
#ifndef HEAL_BASE_BUF_H
#define HEAL_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

struct buf {
	char *p;
	size_t n, room, max;
	bool truncated;
};

void buf_init(struct buf *b, size_t max); /* max: bytes, 0 < max */
void buf_release(struct buf *b);
void buf_clear(struct buf *b); /* empty; keeps the memory */

/* Reserve n bytes at b->p + b->n, fewer near the maximum, and return how many; the caller adds to b->n. */
size_t buf_reserve(struct buf *b, size_t n);
/* The same as buf_add, where room is short. */
void buf_add_slowly(struct buf *b, struct str s);

/* Inline, because they are called several times for every member of every record. */
static inline void buf_add(struct buf *b, struct str s)
{
	if (s.n > b->room - b->n) {
		buf_add_slowly(b, s);
	} else if (s.n) {
		memcpy(b->p + b->n, s.p, s.n);
		b->n += s.n;
	}
}

static inline void buf_addz(struct buf *b, const char *z)
{
	buf_add(b, str_of(z));
}

static inline void buf_addc(struct buf *b, char c)
{
	buf_add(b, (struct str){ &c, 1 });
}

void buf_add_number(struct buf *b, int64_t n);
__attribute__((format(printf, 2, 3))) void buf_printf(struct buf *b, const char *format, ...);
void buf_drop(struct buf *b, size_t n);  /* remove the first n bytes */
struct str buf_str(const struct buf *b); /* valid until b changes */

/* A copy of s in which each byte that is not UTF-8 is replaced by U+FFFD. */
struct str utf8_repaired(struct arena *a, struct str s);

#endif
