/* known_word.h - may a word of the output be written into a file?
 *
 * Anybody can put text into a log.  A word of it may become part of a file by itself only if it is a single name that
 * the project uses already, or one of the words and marks in the language's row of the table `languages`. */
#ifndef HEAL_ANALYZE_KNOWN_WORD_H
#define HEAL_ANALYZE_KNOWN_WORD_H

#include "rules/pack.h"
#include "tree/source_tree.h"

/* x: the file that it is written into; NULL: a new one.  Searched are x, the files with its extension, and the names of
 * the project's files. */
bool word_is_known(const struct pack *pack, struct source_tree *v, const struct text *x, struct str word);

#endif
