#include "detect/decode.h"

#include <string.h>

static const uint32_t REPLACEMENT = 0xfffd;

void decode_begin(struct decode *d)
{
	memset(d, 0, sizeof(*d));
}

static void utf8_add(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_addc(out, (char)c);
	} else if (c < 0x800) {
		buf_addc(out, (char)(0xc0 | c >> 6));
		buf_addc(out, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_addc(out, (char)(0xe0 | c >> 12));
		buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_addc(out, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_addc(out, (char)(0xf0 | c >> 18));
		buf_addc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_addc(out, (char)(0x80 | (c & 0x3f)));
	}
}

/* A surrogate without its other half. */
static void unit_add(struct decode *d, struct buf *out, uint32_t unit)
{
	bool low = unit >= 0xdc00 && unit < 0xe000;

	if (d->high && low) {
		utf8_add(out, 0x10000 + ((d->high & 0x3ff) << 10) + (unit & 0x3ff));
		d->high = 0;
		return;
	}
	if (d->high)
		utf8_add(out, REPLACEMENT);
	d->high = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
	if (!d->high)
		utf8_add(out, low ? REPLACEMENT : unit);
}

static void utf16_add(struct decode *d, struct str bytes, struct buf *out)
{
	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char c = (unsigned char)bytes.p[i];
		if (d->n == 0) {
			d->held[d->n++] = c;
			continue;
		}
		d->n = 0;
		unit_add(d, out,
			d->state == DECODE_UTF16_LE ? d->held[0] | (uint32_t)c << 8 : c | (uint32_t)d->held[0] << 8);
	}
}

static struct str held(const struct decode *d)
{
	return (struct str){ (const char *)d->held, d->n };
}

/* Add a byte to those held; true if the encoding is then known. */
static void decide(struct decode *d, struct buf *out)
{
	struct str mark = held(d);

	if (str_eq(mark, STR("\xff\xfe")) || str_eq(mark, STR("\xfe\xff"))) {
		d->state = d->held[0] == 0xff ? DECODE_UTF16_LE : DECODE_UTF16_BE;
		d->n = 0;
		return;
	}
	bool may = memcmp(d->held, "\xef\xbb\xbf", d->n) == 0;
	if (mark.n < 3 && (may || (mark.n == 1 && d->held[0] >= 0xfe)))
		return;
	if (!str_eq(mark, STR("\xef\xbb\xbf")))
		buf_add(out, mark);
	d->state = DECODE_PLAIN;
	d->n = 0;
}

struct str decode_add(struct decode *d, struct str bytes, struct buf *room)
{
	if (d->state == DECODE_PLAIN)
		return bytes;
	buf_clear(room);
	for (; d->state == DECODE_BEGIN && bytes.n; bytes = str_sub(bytes, 1, bytes.n)) {
		d->held[d->n++] = (unsigned char)bytes.p[0];
		decide(d, room);
	}
	if (d->state == DECODE_PLAIN && room->n == 0)
		return bytes;
	if (d->state == DECODE_PLAIN)
		buf_add(room, bytes);
	else if (d->state != DECODE_BEGIN)
		utf16_add(d, bytes, room);
	return buf_str(room);
}

struct str decode_end(struct decode *d, struct buf *room)
{
	buf_clear(room);
	if (d->state == DECODE_BEGIN)
		buf_add(room, held(d));
	else if (d->high || d->n)
		utf8_add(room, REPLACEMENT);
	decode_begin(d);
	return buf_str(room);
}
