/* digits.h - which patterns tell no digit from another
 *
 * Lines that differ in digits alone are the same to such a pattern: it matches both, with the same groups, or neither.
 * What was found for one line then holds for others, such as the next with another line number. */
#ifndef HEAL_RULES_DIGITS_H
#define HEAL_RULES_DIGITS_H

#include "base/str.h"

/* false: it tells them apart, or that cannot be seen at a glance. */
bool pattern_ignores_digits(struct str pattern);
bool text_has_digit(struct str text);

#endif
