/* The fingerprint: the first 32 hex digits of the SHA-256 of
 *
 *     rule \0 code \0 normal(message) \0 path \0 function
 *
 * path is relative to the project, or the base name of a file outside of it, so that it is the same on every machine.
 * normal() replaces what differs between runs: numbers, and hexadecimal numbers of at least 6 digits that contain a
 * decimal digit, become "#", absolute paths their base name, curly quotes straight ones, and white space one blank. */
#include <ctype.h>
#include <string.h>

#include "base/path.h"
#include "base/sha256.h"
#include "record/record.h"

static bool is_path_byte(unsigned char c)
{
	return isalnum(c) || strchr("._-+/@~", c) || c >= 0x80;
}

static size_t path_length(struct str s, size_t i)
{
	size_t n = 0;

	while (i + n < s.n && s.p[i + n] && is_path_byte((unsigned char)s.p[i + n]))
		n++;
	return n;
}

/* A number: decimal, 0x..., or hexadecimal digits without prefix, as in ids and addresses. */
static size_t number_length(struct str s, size_t i)
{
	size_t n = 0;
	bool digit = false;

	if (s.n - i > 2 && s.p[i] == '0' && (s.p[i + 1] == 'x' || s.p[i + 1] == 'X'))
		n = 2;
	size_t prefix = n;
	while (i + n < s.n && isxdigit((unsigned char)s.p[i + n])) {
		digit |= isdigit((unsigned char)s.p[i + n]) != 0;
		n++;
	}
	bool ends = i + n == s.n || !isalnum((unsigned char)s.p[i + n]);
	if (ends && n > prefix && (prefix || (n >= 6 && digit)))
		return n;
	for (n = 0; i + n < s.n && isdigit((unsigned char)s.p[i + n]); n++)
		;
	return n;
}

struct str message_normal(struct arena *a, struct str m)
{
	char *out = arena_alloc(a, m.n * 2 + 1);
	size_t n = 0, i = 0;

	while (i < m.n) {
		unsigned char c = (unsigned char)m.p[i];
		bool word_before = n > 0 && isalnum((unsigned char)out[n - 1]);
		size_t len;
		if (c == '/' && !word_before && (len = path_length(m, i)) > 1) {
			struct str base = path_base(str_sub(m, i, i + len));
			memcpy(out + n, base.p, base.n);
			n += base.n;
			i += len;
		} else if (!word_before && (len = number_length(m, i)) > 0) {
			out[n++] = '#';
			i += len;
		} else if (isdigit(c)) {
			while (i < m.n && isdigit((unsigned char)m.p[i]))
				i++;
			out[n++] = '#';
		} else if (isspace(c)) {
			if (n && out[n - 1] != ' ')
				out[n++] = ' ';
			i++;
		} else if (c == 0xe2 && m.n - i >= 3 && (unsigned char)m.p[i + 1] == 0x80 &&
			(unsigned char)m.p[i + 2] >= 0x98 && (unsigned char)m.p[i + 2] <= 0x9f) {
			out[n++] = (unsigned char)m.p[i + 2] >= 0x9c ? '"' : '\'';
			i += 3;
		} else {
			out[n++] = c == '`' ? '\'' : (char)c;
			i++;
		}
	}
	return str_rtrim((struct str){ out, n });
}

static struct str path_stable(struct arena *a, struct str file, struct str cwd)
{
	struct str normal = path_normal(a, file);

	if (!path_is_absolute(normal))
		return normal;
	struct str below = cwd.n ? path_below(normal, path_normal(a, cwd)) : STR_NONE;
	return below.p ? below : path_base(normal);
}

struct str fingerprint_of(struct arena *a, const struct record *r)
{
	struct str file = r->error.file, cwd = r->source.cwd;
	struct str part[5] = {
		r->error.rule,
		r->error.code,
		message_normal(a, r->error.message),
		file.n ? path_stable(a, file, cwd) : STR_NONE,
		r->error.function,
	};
	struct sha256 s;
	char hex[SHA256_HEX];

	sha256_begin(&s);
	for (int i = 0; i < 5; i++) {
		if (i)
			sha256_add(&s, (struct str){ "", 1 });
		sha256_add(&s, part[i]);
	}
	sha256_end(&s, hex);
	return arena_str(a, (struct str){ hex, 32 });
}
