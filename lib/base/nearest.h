/* nearest.h - how far a mistyped word is from a right one
 *
 * Why not a library: those for C count every edit alike; here what fingers do (case, neighbouring keys) costs less. */
#ifndef HEAL_BASE_NEAREST_H
#define HEAL_BASE_NEAREST_H

#include <stddef.h>

#include "base/str.h"

/* Typing distance from a to b in hundredths of a slip: Damerau-Levenshtein (optimal string
 * alignment), where a change of case costs 20, a slip to a neighbouring key 70, a doubled or
 * dropped repeat 60, '-' for '_' 20, and any other insertion, deletion, change or swap 100.
 * Words over 64 bytes: 100000.  Bytes, not characters. */
int word_distance(struct str a, struct str b);

/* The greatest distance at which b may still be what the writer of a meant: short words allow less. */
int word_tolerance(struct str a);

/* The nearest of n names within two token_repairs, or NULL. */
const char *nearest_word(const char *word, const char *const *names, size_t n);

#endif
