#include "detect/strip.h"

#include <string.h>

enum { ESC = 0x1b, BEL = 0x07, ESCAPE_MAX = 4096 };

void strip_init(struct strip *s)
{
	*s = (struct strip){ STRIP_TEXT, 0 };
}

static enum strip_state after_esc(unsigned char c)
{
	switch (c) {
	case '[':
		return STRIP_CSI;
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		return STRIP_STRING;
	case ESC:
		return STRIP_ESC; /* the previous one was incomplete */
	case '(':
	case ')':
	case '*':
	case '+':
	case '#':
	case '%':
		return STRIP_CHARSET;
	default:
		return STRIP_TEXT;
	}
}

/* A newline ends an incomplete escape, so that it never hides a line. */
static enum strip_state advance(enum strip_state state, unsigned char c)
{
	switch (state) {
	case STRIP_ESC:
		return after_esc(c);
	case STRIP_CSI:
		if (c == ESC)
			return STRIP_ESC; /* incomplete */
		return c >= 0x40 && c <= 0x7e ? STRIP_TEXT : STRIP_CSI;
	case STRIP_STRING:
		return c == BEL ? STRIP_TEXT : c == ESC ? STRIP_STRING_ESC : STRIP_STRING;
	case STRIP_STRING_ESC:
		return c == '\\' ? STRIP_TEXT : after_esc(c);
	default:
		return STRIP_TEXT;
	}
}

/* Form feeds and vertical tabs become blanks. */
static void blanks_make(char *p, size_t n)
{
	for (char c = '\v'; c <= '\f'; c++)
		for (char *at = p; (at = memchr(at, c, n - (size_t)(at - p)));)
			*at = ' ';
}

static void text_add(struct buf *out, struct str s)
{
	size_t begin = out->n;

	buf_add(out, s);
	if (out->n > begin)
		blanks_make(out->p + begin, out->n - begin);
}

void strip_add(struct strip *s, struct str in, struct buf *out)
{
	size_t i = 0;

	while (i < in.n) {
		if (s->state == STRIP_TEXT) {
			struct str rest = str_sub(in, i, in.n);
			size_t n = str_chr(rest, ESC);
			text_add(out, str_sub(rest, 0, n));
			i += n;
			if (i < in.n) {
				s->state = STRIP_ESC;
				s->length = 0;
				i++;
			}
			continue;
		}
		unsigned char c = (unsigned char)in.p[i++];
		if (c == '\n' || ++s->length > ESCAPE_MAX) {
			s->state = STRIP_TEXT;
			buf_addc(out, (char)c);
			continue;
		}
		s->state = advance(s->state, c);
	}
}
