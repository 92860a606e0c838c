/* nearest.h - typing distance between words
 *
 * Why not a library: those for C give every edit the same cost; here typing slips (case, neighbouring keys) cost less.
 */
#ifndef HEAL_BASE_NEAREST_H
#define HEAL_BASE_NEAREST_H

#include <stddef.h>

#include "base/str.h"

/* Typing distance from a to b: Damerau-Levenshtein (optimal string alignment) in bytes.  A change of case costs 20, a
 * neighbouring key 70, a doubled or dropped repeat 60, '-' for '_' 20, and any other insertion, deletion, substitution
 * or transposition 100.  100000 for words over 64 bytes. */
int word_distance(struct str a, struct str b);
/* The same, but a greater number than `most` where the distance is greater; faster. */
int word_distance_within(struct str a, struct str b, int most);

/* The maximum distance at which another word counts as a typing error for a; less for short words. */
int word_tolerance(struct str a);

/* The nearest of n names within a distance of 200, or NULL. */
const char *nearest_word(const char *word, const char *const *names, size_t n);

#endif
