/* balance.h - candidate positions of a missing or extra bracket, block end or closing word
 *
 * Pairs come from the language's row: `brackets` ("{}", "()", "[]") and `blocks` ({open, close, text}: patterns on code
 * with comments and strings blanked).  Indentation indicates where a block was meant to end.  The caller must verify
 * every candidate with the language's parser. */
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

/* Find at most room places, most likely first; returns the number.  CLOSE: a closer is missing; EXTRA: there is one too
 * many; SWAP: a closer is of the wrong kind; OPEN: an opener is missing. */
size_t balance_find(struct arena *a, struct node language, const struct text *x, enum balance what,
	struct token_edit *out, size_t room);

/* The other closers that may be the extra one: place may remove the end of a statement while the error is in its
 * middle, as in "f(a), b)" for "f(a, b)".  At most room, nearest first; returns the number. */
size_t balance_alternatives(struct arena *a, struct node language, const struct text *x, const struct token_edit *place,
	struct token_edit *out, size_t room);

/* The text with the change applied at a place. */
struct str place_applied(struct arena *a, const struct text *x, const struct token_edit *place);

#endif
