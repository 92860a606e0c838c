/* statement.h - find the start and the end of a statement without a parser
 *
 * In `code`, comments and strings are blanked. */
#ifndef HEAL_LANG_STATEMENT_H
#define HEAL_LANG_STATEMENT_H

#include <stdbool.h>

#include "rules/node.h"

/* Is the word that ends at offset i the first of a statement, outside of any call, list or index? */
bool statement_begins(struct str code, size_t i);

/* Would this closer at the offset join two statements?  Before a comma, what follows becomes a part of the statement,
 * as in "f(a), b)" for "f(a, b)", where a call is the whole statement.  A comma at the end of a line before one with
 * less indentation shows that the line with the rest of the call is lost. */
bool closer_joins(struct node language, struct str code, size_t at, struct str closer);

#endif
