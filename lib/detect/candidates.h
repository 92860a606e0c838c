/* candidates.h - the rules whose literals occur in a line
 *
 * Patterns are tried only on lines with candidates.  Each thread needs its own object; the pack is only read. */
#ifndef HEAL_DETECT_CANDIDATES_H
#define HEAL_DETECT_CANDIDATES_H

#include "gate/gate.h"
#include "rules/pack_rules.h"

enum {
	HITS = 256, /* literals found in a line; with more, every rule is a candidate */
};

struct candidates {
	const struct pack *pack;
	uint32_t rules_n;
	unsigned char *kinds; /* by rule: enum document_kind */
	bool *gated;          /* by rule: its gate is part of what it matches, as forms have none of their own */
	uint32_t *marked;     /* by rule: the last round in which it was found */
	uint32_t round;
	/* Of the last line: rules for text and rules for documents, in order, and a bit set of the kinds of the latter.
	 */
	uint32_t *text, *documents;
	uint32_t text_n, documents_n;
	unsigned kinds_hit;
};

/* The tables are in the arena. */
struct candidates candidates_new(struct arena *a, const struct pack *pack);
/* Set the candidates from the literals found in the line. */
void candidates_of(struct candidates *c, struct str line, const struct gate_hit *hits, size_t n);
/* Make all rules for text candidates. */
void candidates_all(struct candidates *c);
/* Find the first line of the text at or after `from` that contains literals, using the sweep over this text; they are
 * in hits, which has HITS elements.  p == NULL: there is none.  From within a line: the rest of the line. */
struct str candidates_line(
	struct gate_sweep *sweep, struct str text, size_t from, struct gate_hit *hits, size_t *hits_n);
/* The same for a line with candidates, which are set. */
struct str candidates_next(struct candidates *c, struct gate_sweep *sweep, struct str text, size_t from,
	struct gate_hit *hits, size_t *hits_n);
/* Are there any candidates? */
static inline bool candidates_any(const struct candidates *c)
{
	return c->text_n || c->documents_n;
}

#endif
