/* strip.h - terminal escapes out of a stream, before anything is matched
 *
 * Colour codes stand in the middle of words, so they go first.  The state
 * survives between pieces: an escape may be cut anywhere.  Grammar: ECMA-48
 * (CSI: parameters 0x30-0x3f, intermediates 0x20-0x2f, final 0x40-0x7e; OSC,
 * DCS, APC, PM, SOS up to ST or BEL). */
#ifndef HEAL_DETECT_STRIP_H
#define HEAL_DETECT_STRIP_H

#include "base/buf.h"

enum strip_state { STRIP_TEXT, STRIP_ESC, STRIP_CSI, STRIP_STRING, STRIP_STRING_ESC, STRIP_CHARSET };

struct strip {
	enum strip_state state;
	size_t length; /* bytes of the escape so far: an endless one is given up */
};

void strip_init(struct strip *s);
void strip_add(struct strip *s, struct str bytes, struct buf *out);

#endif
