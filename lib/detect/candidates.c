#include "detect/candidates.h"

#include <string.h>

static uint64_t bit_of(uint32_t rule)
{
	return (uint64_t)1 << rule % 64;
}

struct candidates candidates_new(struct arena *a, const struct pack *pack)
{
	struct candidates c = { .pack = pack, .rules_n = pack_rules(pack) };

	c.words = c.rules_n / 64 + 1;
	c.text = arena_alloc(a, 3 * c.words * sizeof(*c.text));
	c.met = c.text + c.words;
	c.seen = c.met + c.words;
	c.documents = arena_alloc(a, (c.rules_n + 1) * sizeof(*c.documents));
	c.kinds = arena_alloc(a, c.rules_n + 1);
	c.gated = arena_alloc(a, c.rules_n + 1);
	c.narrowed = arena_alloc(a, c.rules_n + 1);
	for (uint32_t i = 0; i < c.rules_n; i++) {
		struct pack_rule rule = pack_rule(pack, i);
		c.kinds[i] = (unsigned char)rule.document;
		c.gated[i] = !rule.document && rule.pattern.n == 0;
	}
	return c;
}

/* Its pattern matches lines that lack what its own gate wants.  Looked up when it is asked: a process that reads one
 * failure makes several of these, and asks for a few rules. */
static bool is_narrowed(const struct candidates *c, uint32_t rule)
{
	enum { UNKNOWN, NO, YES };

	if (c->narrowed[rule] == UNKNOWN) {
		struct pack_rule r = pack_rule(c->pack, rule);
		bool has_gate = node_kind(node_get(r.node, "gate")) != NODE_NONE;
		c->narrowed[rule] = !r.document && r.pattern.n && has_gate ? YES : NO;
	}
	return c->narrowed[rule] == YES;
}

static void clear(struct candidates *c)
{
	memset(c->text, 0, 3 * c->words * sizeof(*c->text));
	c->documents_n = 0;
	c->kinds_hit = 0;
	c->likely = false;
	line_facts_begin(&c->facts);
}

static bool needs_met(struct candidates *c, uint32_t rule)
{
	return c->split || pack_needs_met(c->pack, rule, c->line, &c->facts);
}

static void document_add(struct candidates *c, uint32_t rule)
{
	uint32_t i = c->documents_n;

	if (!needs_met(c, rule))
		return;
	c->kinds_hit |= 1u << c->kinds[rule];
	for (; i > 0 && c->documents[i - 1] > rule; i--) /* insertion sort: there are few */
		c->documents[i] = c->documents[i - 1];
	c->documents[i] = rule;
	c->documents_n++;
}

static void add(struct candidates *c, uint32_t rule)
{
	if (rule >= c->rules_n)
		return;
	uint64_t *seen = &c->seen[rule / 64], bit = bit_of(rule);
	if (*seen & bit)
		return;
	*seen |= bit;
	if (c->kinds[rule])
		document_add(c, rule);
	else
		c->text[rule / 64] |= bit;
}

uint32_t candidates_to_ask(const struct candidates *c, uint32_t from)
{
	while (from < c->rules_n) {
		uint64_t left = c->text[from / 64] >> from % 64;
		if (left)
			return from + (uint32_t)__builtin_ctzll(left);
		from = (from | 63) + 1;
	}
	return c->rules_n;
}

uint32_t candidates_text(struct candidates *c, uint32_t from)
{
	while ((from = candidates_to_ask(c, from)) < c->rules_n) {
		uint64_t *met = &c->met[from / 64], bit = bit_of(from);
		if (*met & bit)
			return from;
		if (needs_met(c, from)) {
			*met |= bit;
			return from;
		}
		c->text[from / 64] &= ~bit;
	}
	return c->rules_n;
}

static bool is_seen(const struct candidates *c, uint32_t rule)
{
	return c->seen[rule / 64] & bit_of(rule);
}

/* Does the line have what the rule says itself that it must contain?  If not all of its literals are known, the pattern
 * alone tells. */
static bool gate_is_met(struct candidates *c, uint32_t rule)
{
	return (!c->gated[rule] || is_seen(c, rule)) &&
		(c->crowded || !is_narrowed(c, rule) || (is_seen(c, rule) && needs_met(c, rule)));
}

void candidates_all(struct candidates *c)
{
	for (uint32_t i = 0; i < c->rules_n; i++)
		if (c->kinds[i] == DOCUMENT_NONE && gate_is_met(c, i)) {
			c->text[i / 64] |= bit_of(i);
			c->met[i / 64] |= bit_of(i);
		}
}

void candidates_set(struct candidates *c, struct str line, const uint32_t *text, uint32_t text_n, bool asked,
	const uint32_t *documents, uint32_t documents_n, unsigned kinds_hit)
{
	c->line = line;
	c->split = false;
	clear(c);
	for (uint32_t i = 0; i < text_n; i++) {
		c->text[text[i] / 64] |= bit_of(text[i]);
		c->met[text[i] / 64] |= asked ? bit_of(text[i]) : 0;
	}
	if (documents_n)
		memcpy(c->documents, documents, documents_n * sizeof(*documents));
	c->documents_n = documents_n;
	c->kinds_hit = kinds_hit;
}

static void documents_all(struct candidates *c)
{
	c->kinds_hit = 1u << DOCUMENT_JSON | 1u << DOCUMENT_XML | 1u << DOCUMENT_CSV | 1u << DOCUMENT_TABLE;
	c->documents_n = 0;
	for (uint32_t i = 0; i < c->rules_n; i++)
		if (c->kinds[i] != DOCUMENT_NONE)
			c->documents[c->documents_n++] = i;
}

/* The part that patterns are matched against, for each piece of a line that is split by CR. */
static struct str seen_of(struct str line)
{
	return line.n > CONFIRM_MAX && str_chr(line, '\r') == line.n ? str_sub(line, 0, CONFIRM_MAX) : line;
}

static bool is_in_vain(struct candidates *c, const struct gate_hit *hits, size_t n)
{
	for (size_t i = 0; i < n && i < MEMO_LITERALS; i++)
		c->key.literals[i] = hits[i].id;
	line_key_set(&c->key, c->line, c->key.literals, n);
	const struct line_outcome *known = line_memo_find(c->memo, &c->key, c->line);
	c->likely = known && !known->none;
	/* What it needs its pattern says better, unless the rule says more. */
	if (c->likely && !is_narrowed(c, known->rule))
		c->met[known->rule / 64] |= bit_of(known->rule);
	return known && known->none;
}

void candidates_of(struct candidates *c, struct str line, const struct gate_hit *hits, size_t n)
{
	c->line = seen_of(line);
	c->split = line.n > LINE_MAX_BYTES;
	c->crowded = n == HITS;
	clear(c);
	if (c->memo && is_in_vain(c, hits, n))
		return;
	if (c->crowded) {
		candidates_all(c);
		documents_all(c);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t count;
		const uint32_t *rules = pack_literal_rules(c->pack, hits[i].id, &count);
		for (uint32_t k = 0; k < count; k++)
			add(c, rules[k]);
	}
}

struct str candidates_line(
	struct gate_sweep *sweep, struct str text, size_t from, struct gate_hit *hits, size_t *hits_n)
{
	size_t hit = gate_sweep_next(sweep, from, hits, HITS, hits_n);

	if (*hits_n == 0)
		return STR_NONE;
	size_t last = str_rchr(str_sub(text, from, hit), '\n');
	return str_sub(text, last == hit - from ? from : from + last + 1, sweep->next);
}

struct str candidates_next(struct candidates *c, struct gate_sweep *sweep, struct str text, size_t from,
	struct gate_hit *hits, size_t *hits_n)
{
	while (from < text.n) {
		struct str line = candidates_line(sweep, text, from, hits, hits_n);
		if (!line.p)
			break;
		candidates_of(c, line, hits, *hits_n);
		if (candidates_any(c))
			return line;
		from = (size_t)(line.p - text.p) + line.n + 1;
	}
	return STR_NONE;
}
