/* language.h - lexical properties of languages, from the table `languages` */
#ifndef HEAL_LANG_LANGUAGE_H
#define HEAL_LANG_LANGUAGE_H

#include "base/arena.h"
#include "rules/pack.h"

/* The row of the file's language, by name, extension or "#!" line; absent if unknown. */
struct node language_of(const struct pack *pack, struct str path, struct str text);
/* The program that "#!/usr/bin/env python3" or "#!/bin/sh -e" names, without its directories; empty if none is named.
 */
struct str interpreter_of(struct str text);

/* A copy of the text with the same length, in which comments and the contents of strings are blanked except for
 * newlines. */
struct str code_only(struct arena *a, struct node language, struct str text);

#endif
