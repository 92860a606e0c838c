/* image.h - internal: memory layout of a compiled gate
 *
 * Each literal is searched by one window: the four bytes of it that are rarest in ordinary text ("undefined reference":
 * maybe "d re"; all digits are equal).  The windows are distributed to 48 buckets.  A bucket has, for each of the four
 * positions, the set of bytes of its windows there, so that one test covers all of them:
 *
 *   1. buckets:   reach[a] & reach[b] >> 16 ... for four adjacent bytes: some bucket contains all four
 *                 (kernels.c: 64 positions at a time with SIMD)
 *   2. window:    hash of its first three bytes -> a word of a map, the fourth -> a bit of it; rejects combinations of
 *                 different windows.  A literal of three bytes has the whole word, so it costs no more than another
 *   3. beside:    hash of the window and adjacent bytes -> two bits of a second map, both in one word, and then the
 *                 list of literals with this hash
 *   4. exact:     compare the whole literal
 *   5. collect:   ids of the literals of the line, each once, by position
 *
 * In 2 a literal in either case is stored for each case of its window; 3 ignores the case of all. */
#ifndef HEAL_GATE_IMAGE_H
#define HEAL_GATE_IMAGE_H

#include <stdint.h>
#include <string.h>

#include "gate/gate.h"

enum {
	GATE_VERSION = 7,
	GATE_SHORTEST = 3,
	GATE_LONGEST = 255,  /* bytes of a literal */
	GATE_MOST = 1 << 20, /* literals of one gate */
	GATE_WINDOW = 4,
	GATE_PLACES = 4, /* bytes tested by buckets, at most 8 */
	GATE_GROUPS = 6,
	GATE_BUCKETS = 8 * GATE_GROUPS, /* a byte has a bit for each bucket of a group */
	GATE_MAP_BITS = 18,             /* 32 KiB each, to fit into the first-level cache */
	GATE_LIST_BITS_MIN = 6,
	GATE_LIST_BITS_MAX = 14,
};

#define GATE_MAGIC "healgate"
#define GATE_ORDER 0x01020304u /* to detect another byte order */

/* The bytes adjacent to the window that are part of a literal's hash: four, two or one after or before it, or none.
 * Brief: the literal has three bytes, and the last byte of the window may be any. */
enum gate_side {
	SIDE_BEHIND,
	SIDE_BEFORE,
	SIDE_TWO_BEHIND,
	SIDE_TWO_BEFORE,
	SIDE_ONE_BEHIND,
	SIDE_ONE_BEFORE,
	SIDE_NONE,
	SIDE_BRIEF,
	SIDES
};
enum { GATE_BESIDE = 4 };

/* The other parts are at offsets from the start of the image; offsets are multiples of 8. */
struct gate_header {
	char magic[8];
	uint32_t order, version, size;
	uint32_t list_bits;
	uint32_t sides;                        /* bit set of the enum gate_side in use */
	uint32_t entries, literals, ids, text; /* how many; text in bytes */
	uint32_t reach_at, map_at, replacement_at, lists_at, entries_at, literals_at, ids_at, text_at, care_at;
};

/* A list entry: the literal and the offset of its window.  text and care are its first eight bytes, as in struct
 * gate_text; comparing them decides most cases. */
struct gate_entry {
	uint64_t text, care;
	uint32_t literal;
	uint8_t offset; /* below GATE_LONGEST */
	uint8_t side;
	uint16_t unused;
};

/* text and care hold the literal padded with zeros to a multiple of 8; a byte b of the block
 * agrees when ((b ^ text) & care) == 0: care is 0xff, 0xdf for a letter of either case. */
struct gate_text {
	uint32_t at;         /* in text and in care, a multiple of 8 */
	uint32_t ids, n_ids; /* in the list of ids, ascending */
	uint16_t n;
	uint16_t nocase;
};

/* Step 1: store the offsets from p of the windows from p + begin to p + end - 1 that are in some bucket; returns their
 * number.  Up to GATE_SLACK more elements of found are overwritten.  end - begin is a multiple of 64, and GATE_READ -
 * 64 bytes after p + end - 1 must be readable. */
typedef size_t gate_find(const struct gate *g, const uint8_t *p, size_t begin, size_t end, uint32_t *found);
/* Step 2: move those of the windows found[0] to found[n - 1] that pass to the front; returns their number.  Up to
 * GATE_SLACK elements after them are overwritten. */
typedef size_t gate_sift(const struct gate *g, const uint8_t *p, uint32_t *found, size_t n);

/* Step 3: the same; sides[i] is the non-empty bit set of the sides with a literal that may match around found[i].
 * GATE_BESIDE bytes on either side of all windows must be readable. */
typedef size_t gate_look_beside(const struct gate *g, const uint8_t *p, uint32_t *found, uint8_t *sides, size_t n);
/* Step 3 for one window. */
typedef uint32_t gate_sides(const struct gate *g, const uint8_t *p);

enum { GATE_READ = 64 + GATE_PLACES - 1, GATE_SLACK = 64 };

struct gate_kernel {
	const char *name;
	gate_find *find;
	gate_sift *in_map;
	gate_look_beside *in_beside;
	gate_sides *sides;
};

/* The kernel of this name, or the fastest if it is NULL, unknown or not supported by this processor. */
struct gate_kernel gate_kernel_choose(const char *name);

/* An image that passed gate_open: its tables exist, but their contents are not trusted. */
struct gate {
	/* The buckets' sets: bit i of an element is bucket i of the group. */
	uint8_t low[GATE_GROUPS][GATE_PLACES][16];  /* by the byte's low four bits ... */
	uint8_t high[GATE_GROUPS][GATE_PLACES][16]; /* ... and by its high ones */
	uint8_t six[GATE_GROUPS][GATE_PLACES][64];  /* by its low six bits */
	const uint64_t (*reach)[256];               /* exact, by byte; place i is the i-th byte of the number */
	const uint32_t *map;                        /* 1 << GATE_MAP_BITS bits each */
	const uint64_t *beside;
	const uint32_t *lists; /* (1 << list_bits) + 1 first entries */
	const struct gate_entry *entries;
	const struct gate_text *literals;
	const uint32_t *ids;
	const uint8_t *text, *care;
	uint32_t list_shift;
	uint32_t sides;
	uint32_t n_entries, n_literals, n_ids, n_text;
	struct gate_kernel kernel;
};

/* Are the text and ids of the literal inside the image? */
static inline bool gate_text_sound(const struct gate *g, const struct gate_text *t)
{
	return t->n >= GATE_SHORTEST && t->n <= GATE_LONGEST && t->at % 8 == 0 && t->at <= g->n_text &&
		(t->n + 7u) / 8 * 8 <= g->n_text - t->at && t->ids <= g->n_ids && t->n_ids <= g->n_ids - t->ids;
}

/* Four bytes as a number in native byte order. */
static inline uint32_t gate_load(const uint8_t *p)
{
	uint32_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

#define GATE_FACTOR 0x9e3779b1u
/* The first three bytes of a window that was loaded, and where the fourth is. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define GATE_THREE 0xffffff00u
#define GATE_FOURTH 0
#else
#define GATE_THREE 0x00ffffffu
#define GATE_FOURTH 24
#endif

/* The word of the map for a window, and a bit in it. */
static inline uint32_t gate_map_word(uint32_t window)
{
	return (window & GATE_THREE) * GATE_FACTOR >> (32 - GATE_MAP_BITS + 5);
}

static inline uint32_t gate_map_bit(uint32_t window)
{
	return window >> GATE_FOURTH & 31;
}

static inline uint64_t gate_load_eight(const uint8_t *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

/* The bytes that are hashed, of the eight from the window on or up to its end. */
static const uint8_t gate_side_mask[SIDES][8] = {
	[SIDE_BEHIND] = { 255, 255, 255, 255, 255, 255, 255, 255 },
	[SIDE_BEFORE] = { 255, 255, 255, 255, 255, 255, 255, 255 },
	[SIDE_TWO_BEHIND] = { 255, 255, 255, 255, 255, 255 },
	[SIDE_TWO_BEFORE] = { 0, 0, 255, 255, 255, 255, 255, 255 },
	[SIDE_ONE_BEHIND] = { 255, 255, 255, 255, 255 },
	[SIDE_ONE_BEFORE] = { 0, 0, 0, 255, 255, 255, 255, 255 },
	[SIDE_NONE] = { 255, 255, 255, 255 },
	[SIDE_BRIEF] = { 255, 255, 255 },
};
#define GATE_BEFORE (1u << SIDE_BEFORE | 1u << SIDE_TWO_BEFORE | 1u << SIDE_ONE_BEFORE)
#define GATE_SMALL 0x2020202020202020u /* a letter of either case becomes small */
#define GATE_SIDE_SALT 0xc2b2ae3d27d4eb4fu
#define GATE_SIDE_FACTOR 0x9e3779b97f4a7c15u

/* The hash of the window at p and the bytes on this side, which select a list by their top list_bits bits;
 * GATE_BESIDE bytes before and after the window must be readable. */
static inline uint32_t gate_hash_beside(const uint8_t *p, enum gate_side side)
{
	uint64_t text = gate_load_eight(GATE_BEFORE >> side & 1 ? p - GATE_BESIDE : p);

	text = (text | GATE_SMALL) & gate_load_eight(gate_side_mask[side]);
	text += (uint64_t)side * GATE_SIDE_SALT;
	text ^= text >> 32;
	return (uint32_t)(text * GATE_SIDE_FACTOR >> 32);
}

static inline bool gate_map_has(const uint32_t *map, uint32_t window)
{
	return map[gate_map_word(window)] >> gate_map_bit(window) & 1;
}

/* The word of the second map for a hash, and two bits in it. */
static inline size_t gate_word(uint32_t hash)
{
	return hash >> (32 - GATE_MAP_BITS + 6);
}

static inline bool gate_beside_bit(const uint64_t *map, uint32_t hash)
{
	uint64_t word = map[gate_word(hash)];

	return word >> (hash >> 8 & 63) & word >> (hash & 63) & 1;
}

/* A window: letters match either case, GATE_DIGIT and GATE_CAPITAL any digit and any capital.  (They are also bytes
 * themselves, which only causes a few false positives.) */
enum { GATE_DIGIT = '0', GATE_CAPITAL = 0x01 };

struct gate_window {
	uint8_t bytes[GATE_WINDOW];
	bool brief; /* the last byte may be any */
};

/* The possible bytes at each position of a window. */
struct gate_sets {
	uint64_t bytes[GATE_PLACES][4]; /* 256 bits each */
};

/* The representative of a byte in a window. */
static inline uint8_t gate_alike(uint8_t c, bool capitals)
{
	if (c >= '0' && c <= '9')
		return GATE_DIGIT;
	if (c >= 'A' && c <= 'Z')
		return capitals ? GATE_CAPITAL : c + ('a' - 'A');
	return c;
}

/* literal_weights.c: the frequency (0 to 1, never 0) of a window's n bytes (3 or 4) in ordinary output of tools. */
double gate_weight(const uint8_t *bytes, size_t n);
/* The sample of ordinary text. */
struct str gate_sample(void);

/* buckets.c: distribute windows to buckets with few false positives; reach is that of the gate. */
void gate_deal(struct arena *tmp, const struct gate_sets *windows, size_t n, uint64_t (*reach)[256]);

#endif
