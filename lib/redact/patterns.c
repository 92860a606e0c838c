#include "redact/patterns.h"

#include <stdlib.h>
#include <string.h>

static const char mark[] = "[redacted: ", unsearched[] = "not searched]";

enum { REPLACEMENT_MAX = 80 };
enum { SHORTEST = 3 };

static struct str kind_unchecked = { "not searched", 12 };

/* ---- reading the table ---- */

static unsigned char lowered(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static unsigned head_of(const char *p)
{
	return (lowered(p[0]) * 961u + lowered(p[1]) * 31u + lowered(p[2])) % HEADS;
}

/* A bit of p->firsts for the first 3 bytes at p, of which 4 can be read; it ignores the case of letters.  Few other
 * texts have the same one, so that most places of a text need no look at the words. */
static unsigned first_of(const char *p)
{
	uint32_t bytes;

	memcpy(&bytes, p, sizeof(bytes));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	bytes = __builtin_bswap32(bytes);
#endif
	return ((bytes & 0xffffff) | 0x202020) * 0x9e3779b1u >> 16;
}

static bool may_begin(const struct patterns *p, const char *text)
{
	unsigned first = first_of(text);

	return p->firsts[first / 64] >> first % 64 & 1;
}

static struct regex *regex_of(struct arena *a, struct node row, const char *name)
{
	struct str pattern = str_trim(node_str(node_get(row, name)));

	return pattern.n ? regex_lazy(a, arena_str(a, pattern), REGEX_PLAIN) : NULL;
}

static void word_add(struct arena *a, struct patterns *p, struct str word)
{
	struct secret_word *w = ARENA_NEW(a, struct secret_word);
	char *text = arena_strdup(a, word);

	for (size_t i = 0; i < word.n; i++)
		text[i] = (char)lowered(text[i]);
	*w = (struct secret_word){ { text, word.n }, p->n, p->heads[head_of(text)] };
	p->heads[head_of(text)] = w;
	unsigned first = first_of(text); /* of 3 bytes and the NUL behind them */
	p->firsts[first / 64] |= 1ull << first % 64;
}

static void words_read(struct arena *a, struct node words, struct patterns *p)
{
	struct secret_pattern *s = &p->at[p->n];

	s->always = node_list_count(words) == 0;
	for (uint32_t k = 0; k < node_list_count(words); k++) {
		struct str word = node_str(node_list_at(words, k));
		if (word.n < SHORTEST)
			s->always = true;
		else
			word_add(a, p, word);
	}
}

void patterns_read(struct arena *a, struct node table, struct patterns *p)
{
	*p = (struct patterns){ 0 };
	p->at = arena_alloc(a, (node_count(table) + 1) * sizeof(*p->at));
	for (uint32_t i = 0; i < node_count(table); i++) {
		struct node row = node_at(table, i);
		struct secret_pattern *s = &p->at[p->n];
		s->kind = arena_str(a, node_key(table, i));
		s->match = regex_of(a, row, "match");
		s->unless = regex_of(a, row, "unless");
		s->signs = arena_str(a, node_str(node_get(row, "signs")));
		s->of_command = node_bool(node_get(row, "arguments"), false);
		if (!s->match)
			continue;
		words_read(a, node_get(row, "words"), p);
		p->n++;
	}
}

void patterns_release(struct patterns *p)
{
	for (size_t i = 0; i < p->n; i++) {
		regex_free(p->at[i].match);
		regex_free(p->at[i].unless);
	}
}

/* ---- finding ---- */

static bool word_stands(const struct secret_word *w, struct str text, size_t at)
{
	if (text.n - at < w->text.n)
		return false;
	for (size_t i = 0; i < w->text.n; i++)
		if (lowered(text.p[at + i]) != (unsigned char)w->text.p[i])
			return false;
	return true;
}

/* Mark the rows with a word at this place; wanted NULL: is there one? */
static bool words_at(const struct patterns *p, struct str text, size_t at, bool *wanted)
{
	bool any = false;

	for (const struct secret_word *w = p->heads[head_of(text.p + at)]; w; w = w->next) {
		if ((wanted && wanted[w->row]) || !word_stands(w, text, at))
			continue;
		if (!wanted)
			return true;
		any = wanted[w->row] = true;
	}
	return any;
}

/* Mark the rows with a word in the text; wanted NULL: stop at the first. */
static bool words_find(const struct patterns *p, struct str text, bool *wanted)
{
	bool any = false;
	size_t at = 0;

	for (; at + SHORTEST < text.n; at++)
		if (may_begin(p, text.p + at) && words_at(p, text, at, wanted)) {
			any = true;
			if (!wanted)
				return true;
		}
	return (at + SHORTEST == text.n && words_at(p, text, at, wanted)) || any;
}

static bool has_sign(const struct secret_pattern *s, struct str text)
{
	for (size_t i = 0; i < s->signs.n; i++)
		if (str_chr(text, s->signs.p[i]) < text.n)
			return true;
	return s->signs.n == 0;
}

/* The length of a replacement that begins there; 0: none does.  It must be of a known kind: otherwise "[redacted: " in
 * a secret would protect it. */
static size_t replacement_length(const struct patterns *p, struct str text, size_t at)
{
	struct str rest = str_sub(text, at, text.n);

	if (!str_starts(rest, mark))
		return 0;
	struct str inside = str_sub(rest, sizeof(mark) - 1, rest.n);
	size_t close = str_chr(inside, ']');
	struct str kind = str_sub(inside, 0, str_chr(str_sub(inside, 0, close), ' '));
	bool known = close < inside.n && (close == kind.n || close == kind.n + 1 + TAG_LENGTH);
	if (str_starts(inside, unsearched))
		return sizeof(mark) - 1 + close + 1;
	for (size_t k = 0; known && k < p->n; k++)
		if (str_eq(p->at[k].kind, kind))
			return sizeof(mark) - 1 + close + 1;
	return 0;
}

/* Is a part of the range in a replacement? */
static bool is_replaced(const struct patterns *p, struct str text, size_t begin, size_t end)
{
	for (size_t i = begin > REPLACEMENT_MAX ? begin - REPLACEMENT_MAX : 0; i < end && i < text.n; i++)
		if (text.p[i] == '[') {
			size_t n = replacement_length(p, text, i);
			if (n && i + n > begin)
				return true;
		}
	return false;
}

static void found_add(struct arena *a, struct secrets *out, size_t begin, size_t end, const struct secret_pattern *s)
{
	if (begin < end)
		*VEC_ADD(a, out) = (struct secret){ begin, end, s->kind, s->of_command };
}

/* A pattern that cannot be tried to the end: the rest of the text was not searched. */
static void row_find(const struct patterns *p, size_t row, struct arena *a, struct str text, struct secrets *out)
{
	const struct secret_pattern *s = &p->at[row];
	struct match m;
	size_t at = 0;
	int got = 0;

	while (at <= text.n && (got = regex_match_from(s->match, text, at, &m)) > 0) {
		struct str secret = match_get(&m, "secret");
		secret = secret.p ? secret : m.whole;
		size_t begin = (size_t)(secret.p - text.p), end = begin + secret.n;
		size_t after = (size_t)(m.whole.p - text.p) + m.whole.n;
		int keep = s->unless ? regex_match(s->unless, secret, NULL) : 0;
		size_t from = (size_t)(m.whole.p - text.p);
		if (keep <= 0 && !is_replaced(p, text, begin, end) && !is_replaced(p, text, from, from + 1))
			found_add(a, out, begin, end, s);
		else if (end < after)
			after = end;
		at = after > at ? after : at + 1;
	}
	if (got < 0 && at < text.n)
		*VEC_ADD(a, out) = (struct secret){ at, text.n, kind_unchecked, true };
}

static int by_begin(const void *x, const void *y)
{
	const struct secret *p = x, *q = y;

	if (p->begin != q->begin)
		return p->begin < q->begin ? -1 : 1;
	return p->end > q->end ? -1 : p->end < q->end;
}

/* Overlapping ranges become one, with the kind of the first. */
static void merge(struct secrets *s)
{
	size_t n = 0;

	if (s->n)
		qsort(s->at, s->n, sizeof(*s->at), by_begin);
	for (size_t i = 0; i < s->n; i++) {
		if (n && s->at[i].begin < s->at[n - 1].end) {
			if (s->at[i].end > s->at[n - 1].end)
				s->at[n - 1].end = s->at[i].end;
		} else {
			s->at[n++] = s->at[i];
		}
	}
	s->n = n;
}

static void match(const struct patterns *p, struct arena *a, struct str text, size_t only, struct secrets *out)
{
	bool any = words_find(p, text, NULL), *wanted = any ? arena_alloc(a, p->n + 1) : NULL;

	if (any)
		words_find(p, text, wanted);
	for (size_t i = 0; i < p->n; i++)
		if (((any && wanted[i]) || p->at[i].always) && (only == SIZE_MAX || only == i) &&
			has_sign(&p->at[i], text))
			row_find(p, i, a, text, out);
}

void patterns_match(const struct patterns *p, struct arena *a, struct str text, struct secrets *out)
{
	match(p, a, text, SIZE_MAX, out);
}

void patterns_find(const struct patterns *p, struct arena *a, struct str text, size_t only, struct secrets *out)
{
	out->n = 0;
	if (!text.n)
		return;
	match(p, a, text, only, out);
	encoded_find(p, a, text, out);
	if (only == SIZE_MAX)
		known_values_find(p, a, text, out);
	merge(out);
}

bool patterns_suspect(const struct patterns *p, struct str text)
{
	if (words_find(p, text, NULL) || known_values_stand(p, text) || encoded_suspect(p, text))
		return true;
	for (size_t i = 0; i < p->n; i++)
		if (p->at[i].always && has_sign(&p->at[i], text) && regex_match(p->at[i].match, text, NULL) != 0)
			return true;
	return false;
}

/* ---- replacing ---- */

struct str secrets_replaced(struct arena *a, struct str text, const struct secrets *found, struct str key)
{
	struct buf out;
	size_t at = 0;

	buf_init(&out, text.n + found->n * 120 + 1);
	for (size_t i = 0; i < found->n; i++) {
		const struct secret *s = &found->at[i];
		char tag[TAG_LENGTH + 1];
		buf_add(&out, str_sub(text, at, s->begin));
		buf_printf(&out, "%s%.*s", mark, STR_ARG(s->kind));
		if (key.p) {
			tag_of(key, str_sub(text, s->begin, s->end), tag);
			buf_printf(&out, " %s", tag);
		}
		buf_addc(&out, ']');
		at = s->end;
	}
	buf_add(&out, str_sub(text, at, text.n));
	struct str s = arena_str(a, buf_str(&out));
	buf_release(&out);
	return s;
}
