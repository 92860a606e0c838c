/* balance.h - where a bracket, a block's end or a closing word got lost, or is one too many
 *
 * Pairs come from the language's row: `brackets` ("{}", "()", "[]") and `blocks` ({open, close,
 * text}: patterns on code with comments and strings blanked).  Indentation decides where the
 * writer thought the block ended; every candidate still has to be proven by the language's parser. */
#ifndef HEAL_LANG_BALANCE_H
#define HEAL_LANG_BALANCE_H

#include "rules/node.h"
#include "tree/source_tree.h"

struct token_edit {
	int64_t line, column; /* where to insert, or what to remove or replace begins */
	struct str text;      /* to insert */
	struct str old;       /* to remove */
	double weight;
};

enum balance { BALANCE_CLOSE, BALANCE_EXTRA, BALANCE_SWAP, BALANCE_OPEN };

/* At most room places, likeliest first; the number found.  CLOSE: a closer is missing; EXTRA: one
 * stands too many; SWAP: one of another kind stands in its place;
 * OPEN: a closer has lost its opener. */
size_t balance_find(struct arena *a, struct node language, const struct text *x, enum balance what,
	struct token_edit *out, size_t room);

/* The other places where the same closer may have been one too many: what a place takes away may be the end of the
 * statement, and the closer in its middle the slip - "f(a), b)" was "f(a, b)".  At most room, nearest first; how many.
 */
size_t balance_alternatives(struct arena *a, struct node language, const struct text *x, const struct token_edit *place,
	struct token_edit *out, size_t room);

/* The text with that done at a place of it. */
struct str place_applied(struct arena *a, const struct text *x, const struct token_edit *place);

#endif
