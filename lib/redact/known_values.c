/* Secrets that are known by their value, wherever they stand: those of the environment, and those that were found
 * elsewhere in the same text. */
#include "redact/patterns.h"

#include <string.h>
#include <unistd.h>

enum { SHORT = 8, MIXED = 12, LONG = 16, MOST = 64, VALUE_MAX = 16 * 1024 };

static struct str kind_environment = { "environment", 11 };

/* A value like "postgres" would hide an ordinary word in every text. */
static bool is_distinctive(struct str value)
{
	bool digit = false, letter = false, low = false;
	size_t rises = 0; /* from a small letter to a capital one */

	if (value.n < SHORT || value.n > VALUE_MAX)
		return false;
	for (size_t i = 0; i < value.n; i++) {
		bool capital = value.p[i] >= 'A' && value.p[i] <= 'Z';
		rises += low && capital;
		low = value.p[i] >= 'a' && value.p[i] <= 'z';
		letter |= low || capital;
		digit |= value.p[i] >= '0' && value.p[i] <= '9';
	}
	return letter && (digit || value.n >= LONG || (value.n >= MIXED && rises > 1));
}

static void value_add(struct arena *a, struct patterns *p, struct str value)
{
	if (p->values_n < MOST && is_distinctive(value) && !str_among(p->values, p->values_n, value))
		p->values[p->values_n++] = arena_str(a, value);
}

/* The path of a file that is there says where something is, in whatever variable, such as PWD.  It is no secret, and to
 * try the patterns on it took more time than all else here. */
static bool is_place(const char *value)
{
	return value[0] == '/' && access(value, F_OK) == 0;
}

void known_values_read(struct arena *a, struct patterns *p)
{
	struct arena scratch = ARENA_INIT;

	p->values = arena_alloc(a, MOST * sizeof(*p->values));
	for (char **e = environ; e && *e; e++) {
		struct str line = str_of(*e);
		struct secrets found = { 0 };
		size_t value = str_chr(line, '=') + 1;
		/* A part of what is not distinctive is not, either. */
		if (value >= line.n || line.n > VALUE_MAX || !is_distinctive(str_sub(line, value, line.n)) ||
			is_place(*e + value))
			continue;
		patterns_find(p, &scratch, line, SIZE_MAX, &found);
		for (size_t i = 0; i < found.n; i++)
			if (found.at[i].begin >= value)
				value_add(a, p, str_sub(line, found.at[i].begin, found.at[i].end));
		arena_reset(&scratch);
	}
	arena_free(&scratch);
}

static void occurrences(struct arena *a, struct str text, struct str value, struct str kind, struct secrets *out)
{
	size_t at = 0;

	while (at + value.n <= text.n) {
		size_t next = at + str_find(str_sub(text, at, text.n), value);
		if (next + value.n > text.n)
			break;
		*VEC_ADD(a, out) = (struct secret){ next, next + value.n, kind };
		at = next + value.n;
	}
}

void known_values_find(const struct patterns *p, struct arena *a, struct str text, struct secrets *out)
{
	size_t n = out->n;

	for (size_t i = 0; i < p->values_n; i++)
		occurrences(a, text, p->values[i], kind_environment, out);
	for (size_t i = 0; i < n && i < MOST; i++) {
		struct secret s = out->at[i];
		if (is_distinctive(str_sub(text, s.begin, s.end)))
			occurrences(a, text, str_sub(text, s.begin, s.end), s.kind, out);
	}
}

bool known_values_stand(const struct patterns *p, struct str text)
{
	for (size_t i = 0; i < p->values_n; i++)
		if (str_find(text, p->values[i]) < text.n)
			return true;
	return false;
}
