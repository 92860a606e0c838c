#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

enum { BLOCK = 32 * 1024 };

struct arena_block {
	struct arena_block *older;
	size_t size;
	alignas(max_align_t) char data[];
};

static void block_add(struct arena *a, size_t n)
{
	size_t size = n > BLOCK ? n : BLOCK;
	struct arena_block *b;

	if (size > SIZE_MAX - sizeof(*b) || !(b = malloc(sizeof(*b) + size)))
		out_of_memory();
	b->older = a->head;
	b->size = size;
	a->head = b;
	a->used = 0;
}

static void *take(struct arena *a, size_t n)
{
	size_t align = alignof(max_align_t);

	if (n > SIZE_MAX - align)
		out_of_memory();
	n = (n + align - 1) / align * align;
	if (!a->head || a->head->size - a->used < n)
		block_add(a, n);
	void *p = a->head->data + a->used;
	a->used += n;
	a->total += n;
	return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
	return memset(take(a, n ? n : 1), 0, n ? n : 1);
}

void *arena_grow(struct arena *a, void *old, size_t old_n, size_t n)
{
	if (n <= old_n)
		return old;
	char *p = take(a, n);
	if (old_n)
		memcpy(p, old, old_n);
	memset(p + old_n, 0, n - old_n);
	return p;
}

char *arena_strdup(struct arena *a, struct str s)
{
	char *p = take(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

struct str arena_str(struct arena *a, struct str s)
{
	return (struct str){ arena_strdup(a, s), s.n };
}

struct str arena_join(struct arena *a, struct str x, struct str y)
{
	char *p = take(a, x.n + y.n + 1);

	if (x.n)
		memcpy(p, x.p, x.n);
	if (y.n)
		memcpy(p + x.n, y.p, y.n);
	p[x.n + y.n] = '\0';
	return (struct str){ p, x.n + y.n };
}

struct str arena_vprintf(struct arena *a, const char *format, va_list ap)
{
	char room[256] = "";
	va_list again;

	va_copy(again, ap);
	int n = vsnprintf(room, sizeof(room), format, ap);
	if (n < 0)
		n = 0;
	char *p = take(a, (size_t)n + 1);
	if ((size_t)n < sizeof(room))
		memcpy(p, room, (size_t)n + 1);
	else
		vsnprintf(p, (size_t)n + 1, format, again);
	p[n] = '\0';
	va_end(again);
	return (struct str){ p, (size_t)n };
}

struct str arena_printf(struct arena *a, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	struct str s = arena_vprintf(a, format, ap);
	va_end(ap);
	return s;
}

void arena_reset(struct arena *a)
{
	struct arena_block *b = a->head;

	if (!b)
		return;
	/* Keep a block of ordinary size, not a huge one that a single record needed. */
	struct arena_block *keep = NULL;
	while (b) {
		struct arena_block *older = b->older;
		if (!keep && b->size == BLOCK)
			keep = b;
		else
			free(b);
		b = older;
	}
	if (keep)
		keep->older = NULL;
	a->head = keep;
	a->used = a->total = 0;
}

void arena_free(struct arena *a)
{
	struct arena_block *b = a->head;

	while (b) {
		struct arena_block *older = b->older;
		free(b);
		b = older;
	}
	*a = ARENA_INIT;
}
