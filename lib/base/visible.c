#include "base/visible.h"

#include <stdio.h>

/* Invisible characters and those that turn the direction of text, in order.  Variation selectors 1 to 16 are left,
 * because emoji contain them. */
static const struct {
	unsigned from, to;
} hidden[] = {
	{ 0x0080, 0x009f },   /* C1 controls */
	{ 0x00ad, 0x00ad },   /* soft hyphen */
	{ 0x034f, 0x034f },   /* combining grapheme joiner */
	{ 0x061c, 0x061c },   /* Arabic letter mark */
	{ 0x115f, 0x1160 },   /* Hangul fillers */
	{ 0x17b4, 0x17b5 },   /* Khmer vowels without a glyph */
	{ 0x180b, 0x180f },   /* Mongolian selectors and vowel separator */
	{ 0x200b, 0x200f },   /* zero width, left-to-right and right-to-left marks */
	{ 0x2028, 0x202e },   /* line and paragraph separators, embeddings, overrides */
	{ 0x2060, 0x206f },   /* word joiner, invisible operators, isolates, deprecated formats */
	{ 0x3164, 0x3164 },   /* Hangul filler */
	{ 0xfeff, 0xfeff },   /* zero width no-break space */
	{ 0xffa0, 0xffa0 },   /* halfwidth Hangul filler */
	{ 0xfff0, 0xfffb },   /* specials: interlinear annotations */
	{ 0x1bca0, 0x1bca3 }, /* shorthand format controls */
	{ 0x1d173, 0x1d17a }, /* musical format controls */
	{ 0xe0000, 0xe0fff }, /* tags, variation selectors 17 to 256 */
};

static unsigned code_point(struct str s, size_t i, size_t n)
{
	unsigned char first = (unsigned char)s.p[i];
	unsigned code = n == 2 ? first & 0x1f : n == 3 ? first & 0x0f : first & 0x07;

	for (size_t k = 1; k < n; k++)
		code = code << 6 | ((unsigned char)s.p[i + k] & 0x3f);
	return code;
}

unsigned char_hidden(struct str s, size_t i, size_t n)
{
	if (n < 2)
		return 0;
	unsigned code = code_point(s, i, n);
	for (size_t k = 0; k < sizeof(hidden) / sizeof(hidden[0]) && code >= hidden[k].from; k++)
		if (code <= hidden[k].to)
			return code;
	return 0;
}

const char *visible_at(struct str s, size_t i, size_t *step, char out[VISIBLE_MOST])
{
	unsigned char c = (unsigned char)s.p[i];
	size_t n = utf8_length(s, i);
	unsigned code = char_hidden(s, i, n);

	*step = n ? n : 1;
	if (code > 0xffff)
		snprintf(out, VISIBLE_MOST, "\\U%08x", code);
	else if (code > 0xff)
		snprintf(out, VISIBLE_MOST, "\\u%04x", code);
	else if (c == '\n')
		snprintf(out, VISIBLE_MOST, "\\n");
	else if (code || n == 0 || (c < 0x20 && c != '\t') || c == 0x7f)
		snprintf(out, VISIBLE_MOST, "\\x%02x", code ? code : c);
	else {
		memcpy(out, s.p + i, n);
		out[n] = '\0';
	}
	return out;
}

const char *visible(struct str text, char *out, size_t room)
{
	char one[VISIBLE_MOST];
	size_t n = 0;

	if (room == 0)
		return "";
	for (size_t i = 0, step; i < text.n; i += step) {
		size_t len = strlen(visible_at(text, i, &step, one));
		if (n + len >= room)
			break;
		memcpy(out + n, one, len);
		n += len;
	}
	out[n] = '\0';
	return out;
}

const char *visible_in(struct arena *a, struct str text)
{
	size_t room = text.n * 4 + 1;

	return visible(text, arena_alloc(a, room), room);
}
