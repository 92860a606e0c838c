/* Secrets that are known by their value, wherever they stand: those of the environment, and those that were found
 * elsewhere in the same text. */
#include "redact/patterns.h"

#include <string.h>
#include <unistd.h>

enum {
	SHORT = 8,
	MIXED = 12,
	LONG = 16,
	MOST = 256,
	VALUE_MAX = 16 * 1024,
	PARTS_MOST = 1 << 16,
	FOUND_MOST = 64,
	PIECES = 1 << 16,
	STEP = 4
};

/* A variable of the environment whose value may be or hold a secret. */
struct variable {
	struct str line, value;
	bool read;
};

/* The patterns that a usual environment wakes, for PWD has the name of a password, take as long to compile as all else
 * that heal-detect does for one incident.  So a variable is searched for secrets when a text has SHORT bytes of its
 * value: any secret in it has as many, so until then none of them can stand in a text. */
struct known_values {
	struct arena *a;
	struct str at[MOST]; /* secrets by themselves */
	size_t n;
	struct variable *variables;
	size_t variables_n;
	uint32_t *parts; /* open addressing: hashes of all parts of SHORT bytes of the values not yet read; 0: free */
	size_t parts_mask;
	uint64_t pieces[PIECES / 64]; /* a bit is set if a value not yet read has bytes as these, see piece_of */
	bool reading;
};

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

static void value_add(struct known_values *k, struct str value)
{
	if (k->n < MOST && is_distinctive(value) && !str_among(k->at, k->n, value))
		k->at[k->n++] = arena_str(k->a, value);
}

static void variable_read(const struct patterns *p, struct variable *v)
{
	struct known_values *k = p->known;
	struct arena scratch = ARENA_INIT;
	struct secrets found = { 0 };
	size_t value = v->line.n - v->value.n;

	v->read = true;
	k->reading = true;
	patterns_find(p, &scratch, v->line, SIZE_MAX, &found);
	k->reading = false;
	for (size_t i = 0; i < found.n; i++)
		if (found.at[i].begin >= value)
			value_add(k, str_sub(v->line, found.at[i].begin, found.at[i].end));
	arena_free(&scratch);
}

/* ---- which variables a text has something of ---- */

static uint32_t part_hash(const char *p)
{
	uint64_t part;

	memcpy(&part, p, SHORT);
	part *= 0x9e3779b97f4a7c15;
	return (uint32_t)(part >> 32) | 1;
}

static bool part_is_known(const struct known_values *k, uint32_t hash)
{
	size_t i = hash >> 1 & k->parts_mask;

	while (k->parts[i] && k->parts[i] != hash)
		i = (i + 1) & k->parts_mask;
	return k->parts[i] != 0;
}

static void part_add(struct known_values *k, uint32_t hash)
{
	size_t i = hash >> 1 & k->parts_mask;

	while (k->parts[i] && k->parts[i] != hash)
		i = (i + 1) & k->parts_mask;
	k->parts[i] = hash;
}

/* A bit of k->pieces for the first 5 of SHORT bytes: every part of SHORT bytes has them at one of STEP places, so that
 * only each STEP-th place of a text needs a look. */
static unsigned piece_of(const char *p)
{
	uint64_t bytes;

	memcpy(&bytes, p, SHORT);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	bytes = __builtin_bswap64(bytes);
#endif
	return (unsigned)((bytes & 0xffffffffff) * 0x9e3779b97f4a7c15 >> 48);
}

static void pieces_fill(struct known_values *k, struct str value)
{
	char padded[SHORT] = "";

	for (size_t at = 0; at + SHORT - STEP < value.n; at++) {
		size_t left = value.n - at;
		memcpy(padded, value.p + at, left < SHORT ? left : SHORT);
		unsigned piece = piece_of(padded);
		k->pieces[piece / 64] |= 1ull << piece % 64;
	}
}

static void parts_fill(struct known_values *k)
{
	memset(k->parts, 0, (k->parts_mask + 1) * sizeof(*k->parts));
	memset(k->pieces, 0, sizeof(k->pieces));
	for (size_t i = 0; i < k->variables_n; i++) {
		struct str value = k->variables[i].value;
		if (k->variables[i].read)
			continue;
		for (size_t at = 0; at + SHORT <= value.n; at++)
			part_add(k, part_hash(value.p + at));
		pieces_fill(k, value);
	}
}

/* false: they are too many. */
static bool parts_make(struct known_values *k)
{
	size_t parts = 0, room = 64;

	for (size_t i = 0; i < k->variables_n; i++)
		parts += k->variables[i].value.n;
	if (parts > PARTS_MOST)
		return false;
	while (room < 2 * parts)
		room *= 2;
	k->parts = arena_alloc(k->a, room * sizeof(*k->parts));
	k->parts_mask = room - 1;
	parts_fill(k);
	return true;
}

static void variables_read(const struct patterns *p, struct str part)
{
	struct known_values *k = p->known;
	bool any = false;

	for (size_t i = 0; i < k->variables_n; i++) {
		struct variable *v = &k->variables[i];
		if (v->read || str_find(v->value, part) == v->value.n)
			continue;
		variable_read(p, v);
		any = true;
	}
	if (any)
		parts_fill(k);
}

/* The parts that begin at [from, to). */
static void parts_look(const struct patterns *p, struct str text, size_t from, size_t to)
{
	for (size_t at = from; at < to; at++)
		if (part_is_known(p->known, part_hash(text.p + at)))
			variables_read(p, str_sub(text, at, at + SHORT));
}

/* Before the values are looked for in this text. */
static void values_prepare(const struct patterns *p, struct str text)
{
	struct known_values *k = p->known;
	size_t at = 0;

	if (!k || !k->parts || k->reading || text.n < SHORT)
		return;
	for (; at + SHORT <= text.n; at += STEP) {
		unsigned piece = piece_of(text.p + at);
		if (k->pieces[piece / 64] >> piece % 64 & 1)
			parts_look(p, text, at < STEP ? 0 : at - (STEP - 1), at + 1);
	}
	/* Those that begin behind the last look. */
	parts_look(p, text, at - (STEP - 1), text.n - SHORT + 1);
}

/* The environment as it is now, before anybody changes it. */
void known_values_read(struct arena *a, struct patterns *p)
{
	struct known_values *k = ARENA_NEW(a, struct known_values);
	size_t n = 0;

	for (char **e = environ; e && *e; e++)
		n++;
	k->a = a;
	k->variables = arena_alloc(a, (n + 1) * sizeof(*k->variables));
	for (char **e = environ; e && *e; e++) {
		struct str line = str_of(*e);
		size_t value = str_chr(line, '=') + 1;
		/* A part of what is not distinctive is not, either. */
		if (value >= line.n || line.n > VALUE_MAX || !is_distinctive(str_sub(line, value, line.n)))
			continue;
		line = arena_str(a, line);
		k->variables[k->variables_n++] = (struct variable){ line, str_sub(line, value, line.n), false };
	}
	p->known = k;
	if (!parts_make(k))
		for (size_t i = 0; i < k->variables_n; i++)
			variable_read(p, &k->variables[i]);
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

	values_prepare(p, text);
	for (size_t i = 0; p->known && i < p->known->n; i++)
		occurrences(a, text, p->known->at[i], kind_environment, out);
	for (size_t i = 0; i < n && i < FOUND_MOST; i++) {
		struct secret s = out->at[i];
		if (is_distinctive(str_sub(text, s.begin, s.end)))
			occurrences(a, text, str_sub(text, s.begin, s.end), s.kind, out);
	}
}

bool known_values_stand(const struct patterns *p, struct str text)
{
	values_prepare(p, text);
	for (size_t i = 0; p->known && i < p->known->n; i++)
		if (str_find(text, p->known->at[i]) < text.n)
			return true;
	return false;
}
