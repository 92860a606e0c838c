/* arena.h - region allocator: many allocations, released together
 *
 * Most tools use two arenas: one for the run (packs, options), and one for the current record, reset after each
 * record.  A function that returns arena memory takes `struct arena *` first, so that the lifetime is visible in the
 * call.  Running out of memory ends the program (diag.h, out_of_memory). */
#ifndef HEAL_BASE_ARENA_H
#define HEAL_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/str.h"

struct arena_block;

struct arena {
	struct arena_block *head; /* the block in use, followed by older ones */
	size_t used;              /* bytes of head in use */
	size_t total;             /* bytes handed out since the last reset */
};

#define ARENA_INIT ((struct arena){ NULL, 0, 0 })

void *arena_alloc(struct arena *a, size_t n);                         /* zeroed, aligned for any type */
void *arena_grow(struct arena *a, void *old, size_t old_n, size_t n); /* like realloc, but keeps the old bytes */
char *arena_strdup(struct arena *a, struct str s);                    /* NUL-terminated copy */
struct str arena_str(struct arena *a, struct str s);                  /* copy as a view, also NUL-terminated */
struct str arena_join(struct arena *a, struct str x, struct str y);
__attribute__((format(printf, 2, 3))) struct str arena_printf(struct arena *a, const char *format, ...);
struct str arena_vprintf(struct arena *a, const char *format, va_list ap);

/* Release all allocations; one block is kept for reuse. */
void arena_reset(struct arena *a);
void arena_free(struct arena *a);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))

#endif
