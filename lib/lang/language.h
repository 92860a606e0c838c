/* language.h - just enough of a language to see its code: what the table `languages` says */
#ifndef HEAL_LANG_LANGUAGE_H
#define HEAL_LANG_LANGUAGE_H

#include "base/arena.h"
#include "rules/pack.h"

/* The row of the file's language, by its name or extension or its "#!" line; absent when unknown. */
struct node language_of(const struct pack *pack, struct str path, struct str text);

/* A copy of the text, byte for byte as long, with comments and the inside of strings blanked
 * (newlines stay): what is left is code. */
struct str code_only(struct arena *a, struct node language, struct str text);

#endif
