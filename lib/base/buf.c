#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void buf_release(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .max = b->max };
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->truncated = false;
}

static void buf_grow(struct buf *b, size_t n)
{
	size_t room = b->room ? b->room * 2 : 256;

	if (room < b->n + n)
		room = b->n + n;
	if (room > b->max)
		room = b->max;
	char *p = realloc(b->p, room);
	if (!p)
		out_of_memory();
	b->p = p;
	b->room = room;
}

size_t buf_reserve(struct buf *b, size_t n)
{
	if (n > b->max - b->n)
		n = b->max - b->n;
	if (b->n + n > b->room)
		buf_grow(b, n);
	return n;
}

void buf_add_slowly(struct buf *b, struct str s)
{
	size_t n = buf_reserve(b, s.n);

	if (n)
		memcpy(b->p + b->n, s.p, n);
	b->n += n;
	if (n < s.n)
		b->truncated = true;
}

void buf_add_number(struct buf *b, int64_t n)
{
	char digits[20], *p = digits + sizeof(digits);
	uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do
		*--p = (char)('0' + left % 10);
	while (left /= 10);
	if (n < 0)
		*--p = '-';
	buf_add(b, (struct str){ p, (size_t)(digits + sizeof(digits) - p) });
}

void buf_printf(struct buf *b, const char *format, ...)
{
	char small[256], *p = small;
	va_list ap;

	va_start(ap, format);
	int n = vsnprintf(small, sizeof(small), format, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n >= sizeof(small)) {
		va_start(ap, format);
		if (vasprintf(&p, format, ap) < 0)
			out_of_memory();
		va_end(ap);
	}
	buf_add(b, (struct str){ p, (size_t)n });
	if (p != small)
		free(p);
}

void buf_drop(struct buf *b, size_t n)
{
	if (n > b->n)
		n = b->n;
	if (n)
		memmove(b->p, b->p + n, b->n - n);
	b->n -= n;
}

struct str buf_str(const struct buf *b)
{
	return (struct str){ b->p, b->n };
}

struct str utf8_repaired(struct arena *a, struct str s)
{
	struct buf out;

	if (utf8_valid(s))
		return arena_str(a, s);
	buf_init(&out, s.n * 3);
	for (size_t i = 0, n; i < s.n; i += n ? n : 1) {
		n = utf8_length(s, i);
		buf_add(&out, n ? str_sub(s, i, i + n) : STR("\xef\xbf\xbd"));
	}
	struct str kept = arena_str(a, buf_str(&out));
	buf_release(&out);
	return kept;
}
