#include "base/str.h"

#include <string.h>
#include <strings.h>

bool str_is_nocase(struct str a, const char *z)
{
	return strlen(z) == a.n && (a.n == 0 || strncasecmp(a.p, z, a.n) == 0);
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static uint64_t hash_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15;
	return hash ^ hash >> 32;
}

uint64_t str_hash(uint64_t hash, struct str s)
{
	size_t at = 0;
	uint64_t word;

	for (; s.n - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, s.p + at, sizeof(word));
		hash = hash_word(hash, word);
	}
	word = 0;
	if (s.n >= sizeof(word) && at < s.n) /* some bytes twice, instead of one by one */
		memcpy(&word, s.p + s.n - sizeof(word), sizeof(word));
	for (; s.n < sizeof(word) && at < s.n; at++)
		word = word << 8 | (unsigned char)s.p[at];
	return hash_word(hash_word(hash, word), s.n);
}

bool str_starts(struct str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return n == 0 || (s.n >= n && memcmp(s.p, prefix, n) == 0);
}

bool str_ends(struct str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return n == 0 || (s.n >= n && memcmp(s.p + s.n - n, suffix, n) == 0);
}

size_t str_chr(struct str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

size_t str_rchr(struct str s, char c)
{
	const char *at = s.n ? memrchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

size_t str_find(struct str s, struct str needle)
{
	if (!needle.n)
		return 0;
	const char *at = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_rtrim(struct str s)
{
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct str str_trim(struct str s)
{
	while (s.n && is_space(s.p[0]))
		s.p++, s.n--;
	return str_rtrim(s);
}

bool str_split(struct str *rest, char sep, struct str *piece)
{
	if (!rest->p)
		return false;
	size_t i = str_chr(*rest, sep);
	*piece = str_sub(*rest, 0, i);
	if (i == rest->n)
		*rest = STR_NONE;
	else
		*rest = str_sub(*rest, i + 1, rest->n);
	return true;
}

bool str_lists(struct str list, char sep, struct str item)
{
	struct str one;

	while (str_split(&list, sep, &one))
		if (str_eq(one, item))
			return true;
	return false;
}

bool str_line(struct str *rest, struct str *line)
{
	if (rest->n == 0)
		return false;
	str_split(rest, '\n', line);
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

bool str_number(struct str s, int64_t *out)
{
	int64_t v = 0;

	if (s.n == 0 || s.n > 18)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = v;
	return true;
}

/* Table 3-7 of the Unicode Standard: no overlong forms, no surrogates, at most U+10FFFF. */
size_t utf8_length(struct str s, size_t i)
{
	const unsigned char *p = (const unsigned char *)s.p + i;
	size_t left = s.n - i, n;
	unsigned char lo = 0x80, hi = 0xbf;

	if (left == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		n = 2;
	} else if (p[0] >= 0xe0 && p[0] <= 0xef) {
		n = 3;
		lo = p[0] == 0xe0 ? 0xa0 : lo;
		hi = p[0] == 0xed ? 0x9f : hi;
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		n = 4;
		lo = p[0] == 0xf0 ? 0x90 : lo;
		hi = p[0] == 0xf4 ? 0x8f : hi;
	} else {
		return 0;
	}
	if (left < n || p[1] < lo || p[1] > hi)
		return 0;
	for (size_t k = 2; k < n; k++)
		if ((p[k] & 0xc0) != 0x80)
			return 0;
	return n;
}

/* The first place from i on, in steps of 8 bytes, that may not be ASCII: most text is. */
static size_t ascii_skip(struct str s, size_t i)
{
	uint64_t word;

	for (; i + sizeof(word) <= s.n; i += sizeof(word)) {
		memcpy(&word, s.p + i, sizeof(word));
		if (word & 0x8080808080808080)
			break;
	}
	return i;
}

bool utf8_valid(struct str s)
{
	for (size_t i = ascii_skip(s, 0), n; i < s.n; i = ascii_skip(s, i + n))
		if ((n = utf8_length(s, i)) == 0)
			return false;
	return true;
}

void hex_put(char *out, const unsigned char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
}

static bool is_word_byte(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool str_has_word(struct str text, struct str word)
{
	for (size_t at = 0; word.n && at < text.n;) {
		size_t found = at + str_find(str_sub(text, at, text.n), word), end = found + word.n;
		if (found >= text.n)
			return false;
		bool begins = found == 0 || !is_word_byte(text.p[found - 1]) || !is_word_byte(word.p[0]);
		bool ends = end == text.n || !is_word_byte(text.p[end]) || !is_word_byte(word.p[word.n - 1]);
		if (begins && ends)
			return true;
		at = found + 1;
	}
	return false;
}

bool str_has_line(struct str text, struct str line)
{
	struct str other;

	line = str_trim(line);
	while (str_line(&text, &other))
		if (str_eq(str_trim(other), line))
			return true;
	return false;
}

bool str_same_words(struct str a, struct str b)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < a.n && is_space(a.p[i]))
			i++;
		while (k < b.n && is_space(b.p[k]))
			k++;
		if (i == a.n || k == b.n)
			return i == a.n && k == b.n;
		if (a.p[i++] != b.p[k++])
			return false;
	}
}

bool str_has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return true;
	return false;
}

bool str_among(const struct str *texts, size_t n, struct str item)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(texts[i], item))
			return true;
	return false;
}

int str_order(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

bool str_is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}
