/* candidates.h - which rules a line may start, by the literals that it holds
 *
 * A line none of whose literals leads to a rule with all that it needs can be left without a look at any
 * pattern.  One object for each thread; the pack is only read. */
#ifndef HEAL_DETECT_CANDIDATES_H
#define HEAL_DETECT_CANDIDATES_H

#include "gate/gate.h"
#include "rules/pack_rules.h"

enum {
	HITS = 256,              /* literals of a line that are told apart; with more, every rule is a candidate */
	CONFIRM_MAX = 64 * 1024, /* bytes of a line that regular expressions see */
};

struct candidates {
	const struct pack *pack;
	uint32_t rules_n;
	unsigned char *kinds; /* by rule: enum document_kind */
	uint32_t *marked;     /* by rule: the last round in which it was met */
	uint32_t round;
	/* Of the last line: rules for text and for documents, in their order, and the kinds of the latter, a bit each.
	 */
	uint32_t *text, *documents;
	uint32_t text_n, documents_n;
	unsigned kinds_hit;
};

/* The tables live in the arena. */
struct candidates candidates_new(struct arena *a, const struct pack *pack);
/* The rules that these literals of the line may start. */
void candidates_of(struct candidates *c, struct str line, const struct gate_hit *hits, size_t n);
/* All rules for text. */
void candidates_all(struct candidates *c);
/* The first line of the text at or behind `from` that some rule may start in, by the literals that the sweep (over this
 * text) finds; they are in hits then, of HITS elements.  p == NULL: there is none.  From within a line: the rest of it.
 */
struct str candidates_next(struct candidates *c, struct gate_sweep *sweep, struct str text, size_t from,
	struct gate_hit *hits, size_t *hits_n);
/* Does any rule come into question? */
static inline bool candidates_any(const struct candidates *c)
{
	return c->text_n || c->documents_n;
}

#endif
