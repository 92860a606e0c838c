/* buf.h - bytes that grow, with a ceiling
 *
 * What does not fit below the ceiling is cut and `truncated` is set: nothing
 * that heal reads can make it grow without bound, and nothing is fatal. */
#ifndef HEAL_BASE_BUF_H
#define HEAL_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>

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

void buf_add(struct buf *b, struct str s);
void buf_addz(struct buf *b, const char *z);
void buf_addc(struct buf *b, char c);
__attribute__((format(printf, 2, 3))) void buf_printf(struct buf *b, const char *format, ...);
/* Room for n more bytes at b->p + b->n, fewer at the ceiling; the caller adds to b->n. */
size_t buf_reserve(struct buf *b, size_t n);
void buf_drop(struct buf *b, size_t n);  /* the first n bytes go */
struct str buf_str(const struct buf *b); /* valid until b changes */

/* s in a, each byte that is no UTF-8 replaced by U+FFFD: what is printed or stored must be. */
struct str utf8_repaired(struct arena *a, struct str s);

#endif
