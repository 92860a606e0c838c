/* statement.h - where a statement begins, told without a parser
 *
 * The code has its comments and strings blanked. */
#ifndef HEAL_LANG_STATEMENT_H
#define HEAL_LANG_STATEMENT_H

#include <stdbool.h>

#include "base/str.h"

/* Is the word that ends at offset i the first of a statement, outside of every call, list and index?  Fails never. */
bool statement_begins(struct str code, size_t i);

#endif
