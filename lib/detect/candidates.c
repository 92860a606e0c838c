#include "detect/candidates.h"

#include <string.h>

struct candidates candidates_new(struct arena *a, const struct pack *pack)
{
	struct candidates c = { .pack = pack, .rules_n = pack_rules(pack) };

	c.marked = arena_alloc(a, (c.rules_n + 1) * sizeof(*c.marked));
	c.text = arena_alloc(a, (c.rules_n + 1) * sizeof(*c.text));
	c.documents = arena_alloc(a, (c.rules_n + 1) * sizeof(*c.documents));
	c.kinds = arena_alloc(a, c.rules_n + 1);
	c.gated = arena_alloc(a, c.rules_n + 1);
	for (uint32_t i = 0; i < c.rules_n; i++) {
		struct pack_rule rule = pack_rule(pack, i);
		c.kinds[i] = (unsigned char)rule.document;
		c.gated[i] = !rule.document && rule.pattern.n == 0;
	}
	return c;
}

static void add(struct candidates *c, uint32_t rule, struct str line, struct line_facts *facts)
{
	if (rule >= c->rules_n || c->marked[rule] == c->round)
		return;
	c->marked[rule] = c->round;
	if (!pack_needs_met(c->pack, rule, line, facts))
		return;
	uint32_t *list = c->kinds[rule] ? c->documents : c->text, *n = c->kinds[rule] ? &c->documents_n : &c->text_n,
		 i = *n;
	c->kinds_hit |= c->kinds[rule] ? 1u << c->kinds[rule] : 0;
	for (; i > 0 && list[i - 1] > rule; i--) /* insertion sort: there are few */
		list[i] = list[i - 1];
	list[i] = rule;
	++*n;
}

void candidates_all(struct candidates *c)
{
	c->text_n = 0;
	for (uint32_t i = 0; i < c->rules_n; i++)
		if (c->kinds[i] == DOCUMENT_NONE && (!c->gated[i] || c->marked[i] == c->round))
			c->text[c->text_n++] = i;
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

void candidates_of(struct candidates *c, struct str line, const struct gate_hit *hits, size_t n)
{
	struct line_facts facts = { 0 };

	line = seen_of(line);
	c->kinds_hit = 0;
	c->text_n = c->documents_n = 0;
	if (++c->round == 0) { /* the counter wrapped */
		memset(c->marked, 0, c->rules_n * sizeof(*c->marked));
		c->round = 1;
	}
	if (n == HITS) { /* later ones were dropped */
		candidates_all(c);
		documents_all(c);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t count;
		const uint32_t *rules = pack_literal_rules(c->pack, hits[i].id, &count);
		for (uint32_t k = 0; k < count; k++)
			add(c, rules[k], line, &facts);
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
