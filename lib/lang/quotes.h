/* quotes.h - find the position of a missing quote in a shell-like line
 *
 * In a shell line nearly everything is a word, so a quote is valid nearly anywhere.  But an opening quote is usually at
 * the start of a word and a closing one at the end, the operand of a test is one word, and a message ends before a
 * redirection. */
#ifndef HEAL_LANG_QUOTES_H
#define HEAL_LANG_QUOTES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "rules/node.h"

/* Does the line end within a string? */
bool quotes_open(struct str line);

/* The offset at which the missing quote of such a line belongs, with the kind in *quote; SIZE_MAX if it is ambiguous.
 * The language's row has the keywords and the operators of tests. */
size_t quotes_place(struct node language, struct str line, char *quote);

/* May this sign beside the place of a quote have been typed instead of it?  Strings rarely begin, or end, with it. */
bool quote_may_be(char sign, bool opens);

#endif
