#include "detect/line_memo.h"

#include <stdlib.h>
#include <string.h>

enum { MEMO_SEEN = 2048, OUTLINES = 4096, WORD = sizeof(uint64_t) };

struct entry {
	struct line_outcome outcome;
	uint32_t n, literals_n;
	uint32_t room[]; /* the literals, then the text */
};

/* An entry stands at one of two places; the older of two in the way of a third is replaced. */
struct line_memo {
	struct entry *at[MEMO_LINES];
	uint64_t hash[MEMO_LINES]; /* of these; 0: there is none */
	/* A bit for a length and the literals: most lines are like none in these already. */
	uint64_t outlines[OUTLINES / 64];
	bool second[MEMO_LINES];  /* by the first of two places: was the second taken last? */
	uint32_t seen[MEMO_SEEN]; /* of lines that are not kept, a part of the hash */
	struct entry *fresh[MEMO_FRESH];
	uint64_t fresh_hash[MEMO_FRESH];
	unsigned fresh_n;
	bool shared;
};

struct line_memo *line_memo_new(void)
{
	struct line_memo *m = calloc(1, sizeof(*m));

	if (!m)
		out_of_memory();
	return m;
}

void line_memo_free(struct line_memo *m)
{
	line_memo_shared_no_more(m);
	for (size_t i = 0; m && i < MEMO_LINES; i++)
		free(m->at[i]);
	free(m);
}

/* ---- the key ---- */

#define EACH(byte) (0x0101010101010101u * (byte))

/* Eight bytes, with '0' for each digit. */
static uint64_t digits_alike(uint64_t eight)
{
	uint64_t from = eight ^ EACH('0'); /* a digit is then below 10 */
	uint64_t over = ((from & EACH(0x7f)) + EACH(0x76)) | from;

	return eight & ~(((~over & EACH(0x80)) >> 7) * 0x0f);
}

static uint64_t eight_at(const char *p)
{
	uint64_t eight;

	memcpy(&eight, p, sizeof(eight));
	return digits_alike(eight);
}

/* The last eight bytes, or what there is. */
static uint64_t eight_last(struct str text)
{
	char few[WORD] = { 0 };

	if (text.n >= WORD)
		return eight_at(text.p + text.n - WORD);
	memcpy(few, text.p, text.n);
	return eight_at(few);
}

static uint64_t mixed(uint64_t hash, uint64_t eight)
{
	hash = (hash ^ eight) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
}

void line_key_set(struct line_key *k, struct str line, const uint32_t *literals, size_t n)
{
	k->n = line.n <= MEMO_LINE && n <= MEMO_LITERALS ? (uint32_t)line.n : 0;
	if (!k->n)
		return;
	k->hash = 0;
	k->literals_n = (uint32_t)n;
	for (size_t i = 0; i < n; i++)
		k->literals[i] = literals[i];
}

static void hash_find(struct line_key *k, struct str line)
{
	uint64_t hash = line.n * 31 + k->literals_n;

	if (k->hash)
		return;
	for (size_t i = 0; i + WORD <= line.n; i += WORD)
		hash = mixed(hash, eight_at(line.p + i));
	hash = mixed(hash, eight_last(line));
	k->hash = (hash ^ hash >> 32) | 1;
}

static unsigned outline_of(uint32_t n, uint32_t literals_n, const uint32_t *literals)
{
	uint32_t x = n * 0x9e3779b1u ^ literals_n * 0x85ebca6bu;

	if (literals_n)
		x ^= (literals[0] + literals[literals_n - 1] * 31) * 0xc2b2ae35u;
	return x >> 20;
}

static const char *text_of(const struct entry *e)
{
	return (const char *)(e->room + e->literals_n);
}

static bool text_is(const struct entry *e, struct str line)
{
	const char *text = text_of(e);

	if (e->outcome.exact)
		return memcmp(text, line.p, line.n) == 0;
	for (size_t i = 0; i + WORD <= line.n; i += WORD)
		if (eight_at(text + i) != eight_at(line.p + i))
			return false;
	return eight_last((struct str){ text, line.n }) == eight_last(line);
}

static bool is_of(const struct entry *e, const struct line_key *k, struct str line)
{
	return e->n == k->n && e->literals_n == k->literals_n &&
		memcmp(e->room, k->literals, k->literals_n * sizeof(*k->literals)) == 0 && text_is(e, line);
}

/* The first of its two places. */
static size_t place_of(uint64_t hash)
{
	return (hash >> 1) % (MEMO_LINES / 2) * 2;
}

const struct line_outcome *line_memo_find(const struct line_memo *m, struct line_key *k, struct str line)
{
	unsigned outline = k->n ? outline_of(k->n, k->literals_n, k->literals) : 0;

	if (!k->n || !(m->outlines[outline / 64] >> outline % 64 & 1))
		return NULL;
	hash_find(k, line);
	for (size_t i = place_of(k->hash), end = i + 2; i < end; i++)
		if (m->hash[i] == k->hash && is_of(m->at[i], k, line))
			return &m->at[i]->outcome;
	return NULL;
}

/* ---- keeping ---- */

bool line_memo_wants(struct line_memo *m, struct line_key *k, struct str line)
{
	hash_find(k, line);
	uint32_t *seen = &m->seen[(k->hash >> 1) % MEMO_SEEN], mark = (uint32_t)(k->hash >> 32) | 1;
	bool again = *seen == mark;

	*seen = mark;
	return again;
}

static struct entry *entry_new(const struct line_key *k, struct str line, const struct line_outcome *outcome)
{
	size_t literals = k->literals_n * sizeof(*k->literals);
	struct entry *e = malloc(sizeof(*e) + literals + k->n);

	if (!e)
		out_of_memory();
	e->outcome = *outcome;
	e->n = k->n;
	e->literals_n = k->literals_n;
	memcpy(e->room, k->literals, literals);
	memcpy(e->room + e->literals_n, line.p, k->n);
	return e;
}

static void place(struct line_memo *m, struct entry *e, uint64_t hash)
{
	size_t i = place_of(hash);
	unsigned outline = outline_of(e->n, e->literals_n, e->room);
	bool second = m->at[i] && (!m->at[i + 1] || !m->second[i]);

	m->second[i] = second;
	i += second;
	free(m->at[i]);
	m->at[i] = e;
	m->hash[i] = hash;
	m->outlines[outline / 64] |= UINT64_C(1) << outline % 64;
}

void line_memo_keep(struct line_memo *m, struct line_key *k, struct str line, const struct line_outcome *outcome)
{
	if (!k->n || (m->shared && m->fresh_n == MEMO_FRESH))
		return;
	hash_find(k, line);
	struct entry *e = entry_new(k, line, outcome);
	if (!m->shared) {
		place(m, e, k->hash);
		return;
	}
	m->fresh_hash[m->fresh_n] = k->hash;
	m->fresh[m->fresh_n++] = e;
}

void line_memo_share(struct line_memo *m)
{
	if (m)
		m->shared = true;
}

void line_memo_shared_no_more(struct line_memo *m)
{
	if (!m)
		return;
	for (unsigned i = 0; i < m->fresh_n; i++)
		place(m, m->fresh[i], m->fresh_hash[i]);
	m->fresh_n = 0;
	m->shared = false;
}
