/* affix.h - words of which one is the other with something before or behind it: get_name, nameImpl, names */
#ifndef HEAL_BASE_AFFIX_H
#define HEAL_BASE_AFFIX_H

#include "base/str.h"

/* The number of letters that were added to one word to make the other; 0: neither was made so.  What is added begins or
 * ends a part of the word, as in get_name, getName, Name2, _name; or it is one letter behind a long word. */
size_t word_affix(struct str x, struct str y);
/* Names that differ by a letter or a digit that is a part of its own stand for different things: size_x and size_y,
 * runA and runB, host1 and host2. */
bool word_sibling(struct str x, struct str y);

#endif
