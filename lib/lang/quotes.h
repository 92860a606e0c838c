/* quotes.h - where a quote was lost in a line of free words, by how quotes stand in such lines
 *
 * In a shell's line nearly everything is a word, so a lost quote can be put nearly anywhere.  But an opening
 * quote stands at a word's start and a closing one at a word's end, a test's operand is one word, and a message
 * ends before the redirection behind it. */
#ifndef HEAL_LANG_QUOTES_H
#define HEAL_LANG_QUOTES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "rules/node.h"

/* Does the line, read from its start, end within a string? */
bool quotes_open(struct str line);

/* The offset in such a line at which its quote belongs, and in *quote which one; SIZE_MAX where that is in doubt.
 * The language's row names its keywords and what parts a test's operands. */
size_t quotes_place(struct node language, struct str line, char *quote);

#endif
