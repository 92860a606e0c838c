/* candidates.h - the rules whose literals occur in a line
 *
 * Patterns are tried only on lines with candidates.  Each thread needs its own object; the pack is only read. */
#ifndef HEAL_DETECT_CANDIDATES_H
#define HEAL_DETECT_CANDIDATES_H

#include "detect/line_memo.h"
#include "gate/gate.h"
#include "rules/pack_rules.h"

enum {
	HITS = 256,               /* literals found in a line; with more, every rule is a candidate */
	LINE_MAX_BYTES = 1 << 20, /* a longer line is split */
};

struct candidates {
	const struct pack *pack;
	uint32_t rules_n;
	unsigned char *kinds;    /* by rule: enum document_kind */
	bool *gated;             /* by rule: its gate is part of what it matches, as forms have none of their own */
	unsigned char *narrowed; /* the same: is_narrowed() */
	/* Of the last line.  What a rule for text needs is checked when it is its turn: of most lines that match, the
	 * rules after the one that does are never asked.  A bit for each rule: is it asked or to be asked, and did the
	 * line have what it needs? */
	uint32_t words;
	uint64_t *text, *met, *seen; /* seen: that one of its literals is there, for documents too */
	struct str line;             /* must be in place as long as they are asked */
	bool crowded;                /* it has more literals than are known */
	bool split;                  /* it is several, see LINE_MAX_BYTES, and each has needs of its own */
	struct line_facts facts;
	/* Rules for documents, in order, and a bit set of their kinds. */
	uint32_t *documents, documents_n;
	unsigned kinds_hit;
	/* Or NULL: a line to which no line like it was an incident has no candidates. */
	const struct line_memo *memo;
	struct line_key key; /* of the line, if there is a memo */
	bool likely;         /* a line like it was an incident */
};

/* The tables are in the arena. */
struct candidates candidates_new(struct arena *a, const struct pack *pack);
/* Set the candidates from the literals found in the line, which must stay in place. */
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
/* The first candidate for text from this rule on; rules_n: there is none. */
uint32_t candidates_text(struct candidates *c, uint32_t from);
/* The same, without asking whether the line has what the rule needs. */
uint32_t candidates_to_ask(const struct candidates *c, uint32_t from);
/* Make these the candidates of the line; asked: those for text have what they need. */
void candidates_set(struct candidates *c, struct str line, const uint32_t *text, uint32_t text_n, bool asked,
	const uint32_t *documents, uint32_t documents_n, unsigned kinds_hit);

/* Are there any candidates?  Where a line like it had one that matched, what they need is not asked. */
static inline bool candidates_any(struct candidates *c)
{
	return c->documents_n || c->likely || candidates_text(c, 0) < c->rules_n;
}

#endif
