/* statement.h - find the start of a statement without a parser
 *
 * In `code`, comments and strings are blanked. */
#ifndef HEAL_LANG_STATEMENT_H
#define HEAL_LANG_STATEMENT_H

#include <stdbool.h>

#include "base/str.h"

/* Is the word that ends at offset i the first of a statement, outside of any call, list or index? */
bool statement_begins(struct str code, size_t i);

#endif
