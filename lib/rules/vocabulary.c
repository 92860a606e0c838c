#include "rules/vocabulary.h"

#include <ctype.h>

enum {
	SLOTS = 2048, /* a power of two */
	WORD_MAX = 24,
};

struct entry {
	uint64_t key; /* 0: free */
	int weight;
	int level; /* index in level_names */
};

struct vocabulary {
	unsigned n;
	struct entry slot[SLOTS];
	unsigned char begins[256]; /* may an entry or its second word start with this byte? */
};

static const char *const level_names[] = { "fatal", "error", "warning", "note", "info" };

const char *vocabulary_level(int level)
{
	return level_names[level];
}

/* ---- the entries ---- */

static const struct entry *slot_of(const struct vocabulary *v, uint64_t key)
{
	size_t i = key & (SLOTS - 1);

	while (v->slot[i].key && v->slot[i].key != key)
		i = (i + 1) & (SLOTS - 1);
	return &v->slot[i];
}

static int level_rank(struct str name)
{
	for (int i = 0; i < 5; i++)
		if (str_is(name, level_names[i]))
			return i;
	return 1;
}

static void begin_add(struct vocabulary *v, struct str word)
{
	if (word.n == 0)
		return;
	v->begins[(unsigned char)word.p[0]] = 1;
	v->begins[toupper((unsigned char)word.p[0])] = 1;
}

static void entry_add(struct vocabulary *v, struct str word, int weight, int level)
{
	uint64_t key = str_hash(0, word) | 1;

	if (!word.n || v->n == SLOTS / 2)
		return;
	struct entry *e = (struct entry *)slot_of(v, key);
	v->n += !e->key;
	*e = (struct entry){ .key = key, .weight = weight, .level = level };
	begin_add(v, word);
	begin_add(v, str_sub(word, str_chr(word, ' ') + 1, word.n)); /* also looked up by the second of two words */
}

struct vocabulary *vocabulary_new(struct arena *a)
{
	return ARENA_NEW(a, struct vocabulary);
}

void vocabulary_add_rows(struct vocabulary *v, struct node rows)
{
	for (uint32_t i = 0; i < node_count(rows); i++) {
		struct node row = node_at(rows, i);
		entry_add(v, node_key(rows, i), (int)node_int(node_get(row, "weight"), 0),
			level_rank(node_str(node_get(row, "level"))));
	}
}

void vocabulary_add(struct vocabulary *v, struct node list, int weight, struct str level)
{
	for (uint32_t i = 0; i < node_list_count(list); i++)
		entry_add(v, node_str(node_list_at(list, i)), weight, level_rank(level));
}

/* ---- the words of a text ---- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* A part of CamelCase ends before a capital with a lower-case letter before or after it. */
static bool parts_here(struct str s, size_t i)
{
	return is_capital(s.p[i]) &&
		(!is_capital(s.p[i - 1]) || (i + 1 < s.n && is_letter(s.p[i + 1]) && !is_capital(s.p[i + 1])));
}

/* Part of a name in code: "error_count", "on2errors". */
static bool is_joined(struct str s, size_t from, size_t to)
{
	return (from > 0 && (s.p[from - 1] == '_' || isdigit((unsigned char)s.p[from - 1]))) ||
		(to < s.n && (s.p[to] == '_' || isdigit((unsigned char)s.p[to])));
}

/* The next part of a word at or after *i, in lower case; false at the end. */
static bool word_next(struct str s, size_t *i, char *out, size_t *n, size_t *from)
{
	while (*i < s.n && !is_letter(s.p[*i]))
		++*i;
	if (*i == s.n)
		return false;
	*from = *i;
	*n = 0;
	do {
		if (*n < WORD_MAX)
			out[(*n)++] = (char)(s.p[*i] | 32);
		++*i;
	} while (*i < s.n && is_letter(s.p[*i]) && !parts_here(s, *i));
	return true;
}

static void weigh(const struct vocabulary *v, struct str word, struct vocabulary_verdict *verdict)
{
	const struct entry *e = slot_of(v, str_hash(0, word) | 1);

	if (!e->key)
		return;
	verdict->score += e->weight;
	if (e->weight > 0 && e->level < verdict->level)
		verdict->level = e->level;
}

struct vocabulary_verdict vocabulary_weigh(const struct vocabulary *v, struct str line)
{
	struct vocabulary_verdict verdict = { 0, 4 };
	char pair[2 * WORD_MAX + 2];
	size_t i = 0, n, from, before = 0, before_end = 0;

	while (word_next(line, &i, pair + before + 1, &n, &from)) {
		char *word = pair + before + 1;
		bool joined = is_joined(line, from, i),
		     pairs = before && from == before_end + 1 && line.p[before_end] == ' ';
		pair[before] = ' ';
		if (!joined && n < WORD_MAX && v->begins[(unsigned char)word[0]])
			weigh(v, (struct str){ word, n }, &verdict);
		if (!joined && pairs && n < WORD_MAX && v->begins[(unsigned char)pair[0]])
			weigh(v, (struct str){ pair, before + 1 + n }, &verdict);
		memmove(pair, word, n);
		before = joined || n == WORD_MAX ? 0 : n;
		before_end = i;
	}
	return verdict;
}
