#include "detect/line_memo.h"

#include <stdlib.h>
#include <string.h>

enum { MEMO_SEEN = 2048 };

struct entry {
	struct line_outcome outcome;
	uint64_t hash;
	uint32_t n, literals_n;
	uint32_t room[]; /* the literals, then the text */
};

/* An entry stands at one of two places; the older of two in the way of a third is replaced. */
struct line_memo {
	struct entry *at[MEMO_LINES];
	bool second[MEMO_LINES];  /* by the first of two places: was the second taken last? */
	uint32_t seen[MEMO_SEEN]; /* of lines that are not kept, a part of the hash */
	struct entry *fresh[MEMO_FRESH];
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

static uint64_t mixed(uint64_t hash, const char *p)
{
	uint64_t eight;

	memcpy(&eight, p, sizeof(eight));
	hash = (hash ^ eight) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
}

void line_key_set(struct line_key *k, struct str line, const uint32_t *literals, size_t n)
{
	enum { WORD = sizeof(uint64_t) };

	k->n = 0;
	if (line.n == 0 || line.n > MEMO_LINE || n > MEMO_LITERALS)
		return;
	for (size_t i = 0; i < line.n; i++)
		k->text[i] = (unsigned char)(line.p[i] - '0') < 10 ? '0' : line.p[i];
	k->n = (uint32_t)line.n;
	k->literals_n = (uint32_t)n;
	if (n)
		memcpy(k->literals, literals, n * sizeof(*literals));
	k->hash = line.n * 31 + n;
	for (size_t i = 0; i + WORD <= line.n; i += WORD)
		k->hash = mixed(k->hash, k->text + i);
	if (line.n < WORD)
		memset(k->text + line.n, 0, WORD - line.n);
	k->hash = mixed(k->hash, k->text + (line.n < WORD ? 0 : line.n - WORD));
	k->hash ^= k->hash >> 32;
}

static const char *text_of(const struct entry *e)
{
	return (const char *)(e->room + e->literals_n);
}

static bool is_of(const struct entry *e, const struct line_key *k, struct str line)
{
	return e && e->hash == k->hash && e->n == k->n && e->literals_n == k->literals_n &&
		memcmp(e->room, k->literals, k->literals_n * sizeof(*k->literals)) == 0 &&
		memcmp(text_of(e), e->outcome.exact ? line.p : k->text, k->n) == 0;
}

/* The first of its two places. */
static size_t place_of(uint64_t hash)
{
	return hash % (MEMO_LINES / 2) * 2;
}

const struct line_outcome *line_memo_find(const struct line_memo *m, const struct line_key *k, struct str line)
{
	if (!k->n)
		return NULL;
	for (size_t i = place_of(k->hash), end = i + 2; i < end; i++)
		if (is_of(m->at[i], k, line))
			return &m->at[i]->outcome;
	return NULL;
}

/* ---- keeping ---- */

bool line_memo_wants(struct line_memo *m, const struct line_key *k)
{
	uint32_t *seen = &m->seen[k->hash % MEMO_SEEN], mark = (uint32_t)(k->hash >> 32) | 1;
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
	e->hash = k->hash;
	e->n = k->n;
	e->literals_n = k->literals_n;
	memcpy(e->room, k->literals, literals);
	memcpy(e->room + e->literals_n, outcome->exact ? line.p : k->text, k->n);
	return e;
}

static void place(struct line_memo *m, struct entry *e)
{
	size_t i = place_of(e->hash);
	bool second = m->at[i] && (!m->at[i + 1] || !m->second[i]);

	m->second[i] = second;
	i += second;
	free(m->at[i]);
	m->at[i] = e;
}

void line_memo_keep(struct line_memo *m, const struct line_key *k, struct str line, const struct line_outcome *outcome)
{
	if (!k->n || (m->shared && m->fresh_n == MEMO_FRESH))
		return;
	struct entry *e = entry_new(k, line, outcome);
	if (m->shared)
		m->fresh[m->fresh_n++] = e;
	else
		place(m, e);
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
		place(m, m->fresh[i]);
	m->fresh_n = 0;
	m->shared = false;
}
