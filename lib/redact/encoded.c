/* Secrets in another form: in a run of base64, and in a command line that is written as a list of strings. */
#include "redact/patterns.h"

#include <string.h>

enum { RUN_LEAST = 24, RUN_MOST = 64 * 1024, LIST_GAP = 8 };

/* The value of a character of base64, or of its form for names, plus 1; 0: it is none. */
static const signed char values[256] = {
#define RANGE(c, n) [c] = n, [(c) + 1] = (n) + 1, [(c) + 2] = (n) + 2, [(c) + 3] = (n) + 3, [(c) + 4] = (n) + 4
	RANGE('A', 1),
	RANGE('F', 6),
	RANGE('K', 11),
	RANGE('P', 16),
	RANGE('U', 21),
	['Z'] = 26,
	RANGE('a', 27),
	RANGE('f', 32),
	RANGE('k', 37),
	RANGE('p', 42),
	RANGE('u', 47),
	['z'] = 52,
	RANGE('0', 53),
	RANGE('5', 58),
	['+'] = 63,
	['-'] = 63,
	['/'] = 64,
	['_'] = 64,
#undef RANGE
};

static int value_of(char c)
{
	return values[(unsigned char)c] - 1;
}

/* The 3 bytes that 4 characters encode; false: they are not printable. */
static bool group_decoded(const char *from, char out[3])
{
	unsigned long bits = 0;

	for (int i = 0; i < 4; i++)
		bits = bits << 6 | (unsigned long)value_of(from[i]);
	for (int k = 0; k < 3; k++) {
		unsigned char c = (bits >> (8 * (2 - k))) & 0xff;
		if ((c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c > 0x7e)
			return false;
		out[k] = (char)c;
	}
	return true;
}

/* The text that the run encodes; p == NULL if it is no printable one, which most show at once. */
static struct str decoded(struct arena *a, struct str run)
{
	char group[3], *out = NULL;
	unsigned long bits = 0;
	size_t n = 0, at = 0;

	for (; at + 4 <= run.n; at += 4, n += 3) {
		if (!group_decoded(run.p + at, group))
			return STR_NONE;
		out = out ? out : arena_alloc(a, run.n);
		memcpy(out + n, group, 3);
	}
	/* what is over: 2 characters are a byte, 3 are two */
	for (; at < run.n; at++)
		bits = bits << 6 | (unsigned long)value_of(run.p[at]);
	for (size_t over = run.n % 4, k = 1; over > 1 && k < over; k++)
		out[n++] = (char)((bits << (6 * (4 - over))) >> (8 * (3 - k)) & 0xff);
	return (struct str){ out, n };
}

/* The next run from *at on, and *at behind it.  Where a run could end at the earliest, the text is read backwards: most
 * places are never looked at. */
static bool next_run(struct str text, size_t *at, struct str *run)
{
	while (text.n - *at >= RUN_LEAST) {
		size_t end = *at + RUN_LEAST, i = end;
		while (i > *at && value_of(text.p[i - 1]) >= 0)
			i--;
		if (i > *at) {
			*at = i;
			continue;
		}
		while (end < text.n && value_of(text.p[end]) >= 0)
			end++;
		*run = str_sub(text, *at, end);
		*at = end;
		if (run->n <= RUN_MOST)
			return true;
	}
	return false;
}

static void runs_find(const struct patterns *p, struct arena *a, struct str text, struct secrets *out)
{
	struct str run, plain;
	size_t at = 0;

	while (next_run(text, &at, &run)) {
		struct secrets within = { 0 };
		plain = decoded(a, run);
		if (!plain.n)
			continue;
		patterns_match(p, a, plain, &within);
		size_t begin = (size_t)(run.p - text.p);
		if (within.n)
			*VEC_ADD(a, out) = (struct secret){ begin, begin + run.n, within.at[0].kind };
	}
}

/* ["mysql", "-px"] and ['mysql', '-px']: the length of what stands between two of the strings, 0 if nothing does. */
static size_t separator(struct str text, size_t at)
{
	char quote = text.p[at];
	size_t end = at + 1;

	if ((quote != '"' && quote != '\'') || end >= text.n || text.p[end++] != ',')
		return 0;
	while (end < text.n && end - at < LIST_GAP && text.p[end] == ' ')
		end++;
	return end < text.n && text.p[end] == quote ? end + 1 - at : 0;
}

/* The text with the separators of its lists as blanks, at the same places; the same text if it has none. */
static struct str as_command(struct arena *a, struct str text)
{
	char *out = NULL;

	for (size_t i = 0; i < text.n; i++) {
		size_t n = separator(text, i);
		if (!n)
			continue;
		if (!out) {
			out = arena_alloc(a, text.n);
			memcpy(out, text.p, text.n);
		}
		memset(out + i, ' ', n);
		i += n - 1;
	}
	return out ? (struct str){ out, text.n } : text;
}

void encoded_find(const struct patterns *p, struct arena *a, struct str text, struct secrets *out)
{
	struct str command = as_command(a, text);
	struct secrets words = { 0 };

	runs_find(p, a, text, out);
	if (command.p == text.p)
		return;
	patterns_match(p, a, command, &words);
	for (size_t i = 0; i < words.n; i++)
		if (words.at[i].of_command)
			*VEC_ADD(a, out) = words.at[i];
}

bool encoded_suspect(const struct patterns *p, struct str text)
{
	struct arena a = ARENA_INIT;
	struct secrets found = { 0 };

	runs_find(p, &a, text, &found);
	arena_free(&a);
	return found.n > 0;
}
