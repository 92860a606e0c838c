/* Escape text from logs for terminals and CI systems, and remove secrets from it. */
#include "present/safe.h"

#include <string.h>

#include "base/buf.h"
#include "base/visible.h"
#include "redact/redact.h"

static size_t letters(struct str s, size_t i)
{
	size_t n = 0;

	while (i + n < s.n && ((s.p[i + n] | 32) >= 'a') && ((s.p[i + n] | 32) <= 'z'))
		n++;
	return n;
}

/* "##name[" or "##[" at i */
static bool is_service_message(struct str s, size_t i)
{
	if (s.n - i < 3 || s.p[i] != '#' || s.p[i + 1] != '#')
		return false;
	size_t end = i + 2 + letters(s, i + 2);
	return end < s.n && s.p[end] == '[';
}

struct str text_safe(struct arena *a, struct str text, size_t max, enum text_place place)
{
	char *shown = arena_alloc(a, max + 1);
	struct buf out;

	struct str s = str_of(visible(redact_text(a, text, REDACT_PLAIN), shown, max + 1));
	buf_init(&out, s.n * 4 + 8);
	size_t i = 0;
	if (place == LINE_BEGINS) {
		while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
			i++;
		buf_add(&out, str_sub(s, 0, i));
		if (s.n - i >= 2 && s.p[i] == ':' && s.p[i + 1] == ':') {
			buf_addz(&out, "\\x3a");
			i++;
		}
	}
	for (; i < s.n; i++) {
		if (is_service_message(s, i))
			buf_addz(&out, "\\x23");
		else
			buf_addc(&out, s.p[i]);
	}
	struct str safe = arena_str(a, buf_str(&out));
	buf_release(&out);
	return safe;
}

struct str text_safe_lines(struct arena *a, struct str text, size_t max)
{
	struct buf out;
	struct str line;

	text = redact_text(a, text, REDACT_PLAIN); /* before it is cut into lines: a key has several */
	buf_init(&out, text.n * 4 + 64);
	while (str_line(&text, &line)) {
		if (out.n)
			buf_addc(&out, '\n');
		buf_add(&out, text_safe(a, line, max, LINE_BEGINS));
	}
	struct str safe = arena_str(a, buf_str(&out));
	buf_release(&out);
	return safe;
}

bool text_has_command(struct str text)
{
	struct str line;

	while (str_line(&text, &line)) {
		if (str_starts(str_trim(line), "::"))
			return true;
		for (size_t i = 0; i < line.n; i++)
			if (is_service_message(line, i))
				return true;
	}
	return false;
}
