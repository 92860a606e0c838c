/* image.h - how a compiled gate lies in memory; for this room alone
 *
 * Scanning looks at a window of four bytes at every STRIDE-th position only.
 * So that no literal slips between two looks, each literal has one window per
 * phase (position modulo stride), chosen where ordinary text has it least:
 * "undefined reference", stride 4: maybe "unde", "d re", "fine", "refe".
 * A short literal may not have four bytes of its own at some phase; its window
 * then holds three of them and any byte before or behind.
 *
 *   1. candidates:  hash of the window -> one bit of the map      (find, the hot loop)
 *   2. neighbours:  hash of window and two bytes beside it -> one bit of a second map; a
 *                   literal that has no such bytes of its own sets its window's bit in a third
 *   3. exact:       hash -> bucket -> entries with that window -> compare the whole literal
 *   4. collect:     ids of the literals of the line, each once, by position
 *
 * Windows are compared with bit 5 of every byte set: letters lose their case
 * (and a few signs fall together); step 3 sorts that out. */
#ifndef HEAL_GATE_IMAGE_H
#define HEAL_GATE_IMAGE_H

#include <stdint.h>
#include <string.h>

#include "gate.h"

enum {
	GATE_VERSION = 2,
	GATE_SHORTEST = 3, GATE_LONGEST = 255,	/* bytes of a literal */
	GATE_MOST = 1 << 20,			/* literals of one gate */
	GATE_WINDOW = 4,
	GATE_MAP_BITS = 20,			/* 128 KiB: sparse, as candidates are dear; a second-level cache keeps up */
	GATE_BUCKET_BITS_MIN = 6, GATE_BUCKET_BITS_MAX = 14,
};

#define GATE_FOLD 0x20202020u
#define GATE_MAGIC "healgate"
#define GATE_ORDER 0x01020304u	/* reads otherwise on a machine of the other byte order */

/* Which bytes of a window belong to the literal. */
enum gate_part { PART_FULL, PART_HEAD, PART_TAIL, PARTS };	/* xxxx, xxx?, ?xxx */

/* Everything behind it is found by offset from the image's start; offsets are multiples of 8. */
struct gate_header {
	char magic[8];
	uint32_t order, version, size;
	uint32_t stride;		/* 2 or 4 */
	uint32_t bucket_bits;
	uint32_t parts;			/* bit set of the enum gate_part in use */
	uint32_t entries, literals, ids, text;		/* how many; text in bytes */
	uint32_t map_at, beside_at, bare_at, buckets_at, entries_at, literals_at, ids_at, text_at, care_at;
};

struct gate_entry {
	uint32_t key;		/* the window's bytes, folded, 0 where it does not care */
	uint32_t literal;
	int16_t offset;		/* of the window in the literal, -1 for PART_TAIL at its start */
	uint16_t part;
};

/* text and care hold the literal padded with zeros to a multiple of 8; a byte b of the block
 * agrees when ((b ^ text) & care) == 0: care is 0xff, 0xdf for a letter of either case. */
struct gate_text {
	uint32_t at;		/* in text and in care, a multiple of 8 */
	uint32_t ids, n_ids;	/* in the list of ids, ascending */
	uint16_t n;
	uint16_t nocase;
};

/* An image that passed gate_open: every index in it stays in bounds. */
struct gate {
	const uint8_t *map, *beside, *bare;	/* 1 << GATE_MAP_BITS bits each */
	const uint32_t *buckets;	/* (1 << bucket_bits) + 1 first entries */
	const struct gate_entry *entries;
	const struct gate_text *literals;
	const uint32_t *ids;
	const uint8_t *text, *care;
	uint32_t stride, bucket_shift;
	uint32_t parts, n_literals;
	uint32_t part_mask[PARTS];
};

/* Four bytes as one number; both the compiler and the scanner read them in the machine's order. */
static inline uint32_t gate_load(const uint8_t *p)
{
	uint32_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

/* The top GATE_MAP_BITS bits of this product are a bit of the map, its top bucket_bits a bucket. */
static inline uint32_t gate_hash(uint32_t folded)
{
	return folded * 0x9e3779b1u;
}

static inline uint32_t gate_map_bit(uint32_t folded)
{
	return gate_hash(folded) >> (32 - GATE_MAP_BITS);
}

/* Which side of the window the two bytes stand on; HEAD: the window is xxx?, one byte before it;
 * TAIL: ?xxx, one byte behind it. */
enum gate_side { SIDE_BEHIND, SIDE_BEFORE, SIDE_HEAD, SIDE_TAIL };

static inline uint32_t gate_beside_bit(uint32_t folded, uint8_t first, uint8_t second, enum gate_side side)
{
	uint32_t pair = ((uint32_t)first | 0x20u) << 16 | ((uint32_t)second | 0x20u) << 8 | (uint32_t)side;

	return gate_map_bit(folded ^ pair * 0x85ebca6bu);
}

static inline uint32_t gate_part_mask(enum gate_part part)
{
	static const uint8_t masks[PARTS][GATE_WINDOW] = {
		{ 255, 255, 255, 255 }, { 255, 255, 255, 0 }, { 0, 255, 255, 255 },
	};

	return gate_load(masks[part]);
}

/* How common bytes are in the output of tools that have nothing to complain about. */
struct gate_weights;
struct gate_weights *gate_weights_new(struct arena *a);
/* The share of positions (0 to 1, never 0) at which these n bytes (3 or 4), case folded, stand. */
double gate_weight(const struct gate_weights *w, const uint8_t *bytes, size_t n);

#endif
