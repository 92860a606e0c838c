/* decode.h - convert text with a byte order mark to UTF-8 without one
 *
 * Windows shells redirect in UTF-16, and some editors write a mark before UTF-8.  Text without a mark is passed through
 * at no cost. */
#ifndef HEAL_DETECT_DECODE_H
#define HEAL_DETECT_DECODE_H

#include "base/buf.h"

enum decode_state { DECODE_BEGIN, DECODE_PLAIN, DECODE_UTF16_LE, DECODE_UTF16_BE };

struct decode {
	enum decode_state state;
	unsigned char held[3]; /* bytes of an incomplete mark or code unit */
	size_t n;
	uint32_t high; /* first half of a surrogate pair, or 0 */
};

void decode_begin(struct decode *d);
/* Decode bytes.  The result is the input itself or in room, which is cleared first and needs twice as many bytes plus
 * four. */
struct str decode_add(struct decode *d, struct str bytes, struct buf *room);
/* At the end: the bytes that are still held. */
struct str decode_end(struct decode *d, struct buf *room);

#endif
