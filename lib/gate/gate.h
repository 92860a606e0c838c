/* gate.h - find which of many literals occur in a block of bytes
 *
 * Literals (bytes; ASCII letters optionally in either case) are compiled into an image that can be mapped from a file.
 * A hit has the id of the literal; its meaning is up to the caller.  The image is position-independent, in native byte
 * order, and checked when it is opened. */
#ifndef HEAL_GATE_GATE_H
#define HEAL_GATE_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"

struct gate_literal {
	struct str text; /* 3 to 255 bytes: shorter ones are too frequent */
	bool nocase;     /* ASCII letters of either case */
	uint32_t id;     /* reported by a hit; several literals may share one */
};

/* Compile a set of literals, which may be empty, into an image in the arena, aligned for gate_open.  Literals must not
 * contain a newline.  p == NULL: err names the invalid literal.  The cost of a literal is the frequency of its rarest
 * four bytes in ordinary text. */
struct str gate_compile(struct arena *a, const struct gate_literal *literals, size_t n, struct err *err);

/* The approximate cost of searching and verifying these literals, in instructions per byte of ordinary tool output; for
 * choosing between sets of literals. */
double gate_cost(const struct gate_literal *literals, size_t n);

/* The approximate share of lines of ordinary output that contain one of these literals. */
double gate_share(const struct gate_literal *literals, size_t n);

/* The index of the byte of a text that is rarest in ordinary output; the byte `never` only if there is no other. */
size_t gate_pivot(struct str text, char never);

struct gate; /* a view of an image; nothing to free */

/* Check and open an image, at an address that is a multiple of 8.  The gate is in the arena and points into the image.
 * NULL: the image is damaged.  HEAL_GATE in the environment selects the kernel (for tests), see below. */
const struct gate *gate_open(struct arena *a, struct str image, struct err *err);
/* The kernels for this processor out of avx512, avx2, ssse3, neon, plain, the fastest, which is the default, first;
 * ends with NULL.  All give the same hits. */
const char *gate_kernel_name(size_t i);

/* A literal found: id and offset in the block. */
struct gate_hit {
	uint32_t id;
	size_t at;
};

/* Find the first literal at or after `from`, and all literals that start after it in the same line, up to '\n' or the
 * end of the block.  Stores at most room hits, ordered by position, then id, with only the first of each id; *n is
 * their number.  Returns the offset of the first hit, or block.n if there is none.  Nothing before `from` or after the
 * block is read. */
size_t gate_scan(const struct gate *g, struct str block, size_t from, struct gate_hit *hits, size_t room, size_t *n);

enum { GATE_ROOM = 1024 + 64 };

/* The same for successive lines of a block (below 4 GiB); results for the bytes ahead are kept.  A `from` before the
 * end of the last line with hits starts again. */
struct gate_sweep {
	const struct gate *g;
	struct str block;
	size_t seen; /* windows before it were searched */
	size_t next; /* the end of the last line with hits; earlier results were dropped */
	size_t i, n;
	uint32_t places[GATE_ROOM]; /* positions to verify, ascending; places[i] is next */
	uint8_t sides[GATE_ROOM];   /* their sides; 0: not yet known */
};
void gate_sweep_begin(struct gate_sweep *s, const struct gate *g, struct str block, size_t from);
size_t gate_sweep_next(struct gate_sweep *s, size_t from, struct gate_hit *hits, size_t room, size_t *n);

/* A simple, slow implementation with the same results; reference for tests. */
size_t gate_scan_naive(
	const struct gate *g, struct str block, size_t from, struct gate_hit *hits, size_t room, size_t *n);

#endif
