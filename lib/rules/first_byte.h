/* first_byte.h - with what bytes the matches of a pattern begin
 *
 * Most patterns that are tried on a line begin with ^ and a certain byte, and most lines begin with another: this is
 * known without compiling the pattern.  Bytes are sets of 32: two with the same lower five bits are the same, so that
 * letters of either case are. */
#ifndef HEAL_RULES_FIRST_BYTE_H
#define HEAL_RULES_FIRST_BYTE_H

#include "base/str.h"

#define FIRST_ANY UINT32_MAX

static inline uint32_t first_bit(char c)
{
	return (uint32_t)1 << (c & 31);
}

/* If every match of the pattern (PCRE2's syntax) begins where the subject does, with a byte of this set: the set.
 * FIRST_ANY: nothing is known.  nocase: it is compiled to match either case. */
uint32_t first_bytes(struct str pattern, bool nocase);

#endif
