/* gate.h - which of many literals occur in a block of bytes, very fast
 *
 * The gate knows no rule and no record.  It is compiled from literals (runs of
 * bytes; ASCII letters match either case where asked) into one flat image that
 * can be mapped from a file, and scans memory for them.  A hit names the
 * literal; whoever asked decides what that means.
 *
 * The image is position-independent, native-endian, and checked when opened. */
#ifndef HEAL_GATE_GATE_H
#define HEAL_GATE_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"

struct gate_literal {
	struct str text; /* 3 to 255 bytes: shorter ones are in every line */
	bool nocase;     /* ASCII letters of either case */
	uint32_t id;     /* what a hit reports; several literals may share one */
};

/* The image for a set of literals (none at all is a set, too; a newline in one is not), in the
 * arena, aligned for gate_open.  p == NULL: err says which literal is wrong.
 * What a literal costs is how often ordinary text has its rarest four bytes. */
struct str gate_compile(struct arena *a, const struct gate_literal *literals, size_t n, struct err *err);

/* What it costs to look for these literals and to look closer where one is, in about instructions for a byte of the
 * output of tools that have nothing to complain about; for choosing between sets of literals. */
double gate_cost(const struct gate_literal *literals, size_t n);

/* Where in a text the byte is that ordinary output has least; not the one that shall never be it, where there is
 * another. */
size_t gate_pivot(struct str text, char never);

struct gate; /* an opened image: a view, nothing to free */

/* Check an image (at an address that is a multiple of 8) and look at it.  The gate lives in the
 * arena and points into the image.  NULL: err says that the image is damaged.
 * HEAL_GATE in the environment (for tests) names the kernel that shall scan, see below. */
const struct gate *gate_open(struct arena *a, struct str image, struct err *err);
/* The kernels for this processor, the fastest (which is taken) first, "plain" last: of avx512, avx2,
 * ssse3, neon, plain.  All give the same hits.  NULL behind the last. */
const char *gate_kernel_name(size_t i);

/* One literal found: id, and where in the block it begins. */
struct gate_hit {
	uint32_t id;
	size_t at;
};

/* Find the first position >= from in the block where some literal begins, and every literal
 * that begins in the same line (the line of that position, up to '\n' or the block's end).
 * Fills at most room hits, ordered by position, then id, each id once, where it stands first; with
 * more than room the later ones are left out.  *n is their number.
 * Returns the offset of the first hit, or block.n when there is none.  A literal never spans
 * a newline.  Lines are found by the caller; nothing before `from` or behind the block is read. */
size_t gate_scan(const struct gate *g, struct str block, size_t from, struct gate_hit *hits, size_t room, size_t *n);

enum { GATE_ROOM = 1024 + 64 };

/* The same for one line after the other of one block (below 4 GiB): what was seen of the bytes ahead is kept.  A `from`
 * before the end of the last line with hits is as good as a new beginning. */
struct gate_sweep {
	const struct gate *g;
	struct str block;
	size_t seen; /* windows before it are in places */
	size_t next; /* the end of the last line with hits; literals before it are not known any more */
	size_t i, n;
	uint32_t places[GATE_ROOM]; /* where to look closer, ascending; places[i] is next */
	uint8_t sides[GATE_ROOM];   /* for what; 0: not known yet */
};
void gate_sweep_begin(struct gate_sweep *s, const struct gate *g, struct str block, size_t from);
size_t gate_sweep_next(struct gate_sweep *s, size_t from, struct gate_hit *hits, size_t room, size_t *n);

/* The slow, obvious loop with the same answers: the oracle of the tests. */
size_t gate_scan_naive(
	const struct gate *g, struct str block, size_t from, struct gate_hit *hits, size_t room, size_t *n);

#endif
