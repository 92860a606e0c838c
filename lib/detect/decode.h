/* decode.h - a text that begins with a byte order mark, as UTF-8 without one
 *
 * Windows shells redirect in UTF-16, and editors put a mark before UTF-8; everything behind expects neither.
 * What has no mark goes through as it is, and costs nothing. */
#ifndef HEAL_DETECT_DECODE_H
#define HEAL_DETECT_DECODE_H

#include "base/buf.h"

enum decode_state { DECODE_BEGIN, DECODE_PLAIN, DECODE_UTF16_LE, DECODE_UTF16_BE };

struct decode {
	enum decode_state state;
	unsigned char held[3]; /* bytes of what may become a mark, or of half a unit */
	size_t n;
	uint32_t high; /* first half of a surrogate pair, or 0 */
};

void decode_begin(struct decode *d);
/* The bytes decoded: themselves, or in room, which is cleared first and must take twice as many and four more. */
struct str decode_add(struct decode *d, struct str bytes, struct buf *room);
/* What was held back, at the end. */
struct str decode_end(struct decode *d, struct buf *room);

#endif
