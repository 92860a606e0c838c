/* strip.h - remove terminal escapes from a stream
 *
 * The state is kept between pieces, because an escape may be split anywhere.  Syntax: ECMA-48 (CSI: parameters
 * 0x30-0x3f, intermediates 0x20-0x2f, final 0x40-0x7e; OSC, DCS, APC, PM, SOS up to ST or BEL). */
#ifndef HEAL_DETECT_STRIP_H
#define HEAL_DETECT_STRIP_H

#include "base/buf.h"

enum strip_state { STRIP_TEXT, STRIP_ESC, STRIP_CSI, STRIP_STRING, STRIP_STRING_ESC, STRIP_CHARSET };

struct strip {
	enum strip_state state;
	size_t length; /* bytes of the escape so far; its length is limited */
};

void strip_init(struct strip *s);
void strip_add(struct strip *s, struct str bytes, struct buf *out);

#endif
