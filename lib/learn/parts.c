#include "learn/parts.h"

#include <ctype.h>
#include <string.h>

static bool is_word_byte(unsigned char c)
{
	return isalnum(c) || c == '_' || c >= 0x80;
}

static bool is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static enum part_kind kind_of(unsigned char c)
{
	return isdigit(c) ? PART_NUMBER : is_word_byte(c) ? PART_WORD : is_blank(c) ? PART_BLANK : PART_SIGN;
}

static size_t part_end(struct str line, size_t i, enum part_kind kind)
{
	if (kind == PART_SIGN)
		return i + 1;
	for (i++; i < line.n; i++)
		if (kind == PART_BLANK ? !is_blank((unsigned char)line.p[i]) : !is_word_byte((unsigned char)line.p[i]))
			break;
	return i;
}

struct parts parts_of(struct arena *a, struct str line, struct str code)
{
	struct parts p = { .at = arena_alloc(a, PARTS_MOST * sizeof(*p.at)) };

	for (size_t i = 0, end; i < line.n; i = end) {
		enum part_kind kind = kind_of((unsigned char)line.p[i]);
		if (p.n == PARTS_MOST)
			return (struct parts){ NULL, 0 };
		end = part_end(line, i, kind);
		bool blanked = code.p && i < code.n && code.p[i] == ' ' && line.p[i] != ' ';
		p.at[p.n++] = (struct part){ str_sub(line, i, end), kind, blanked };
	}
	return p;
}

void parts_split(struct parts *p, size_t at)
{
	size_t i = 0;

	while (i < p->n && at >= p->at[i].text.n)
		at -= p->at[i++].text.n;
	if (i == p->n || at == 0 || p->at[i].kind != PART_WORD || p->n == PARTS_MOST)
		return;
	memmove(&p->at[i + 1], &p->at[i], (p->n - i) * sizeof(*p->at));
	p->n++;
	p->at[i + 1].text = str_sub(p->at[i].text, at, p->at[i].text.n);
	p->at[i].text = str_sub(p->at[i].text, 0, at);
}

struct str parts_text(const struct parts *p, size_t from, size_t to)
{
	if (from >= to)
		return STR("");
	const char *end = p->at[to - 1].text.p + p->at[to - 1].text.n;
	return (struct str){ p->at[from].text.p, (size_t)(end - p->at[from].text.p) };
}

bool part_is_word(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!is_word_byte((unsigned char)text.p[i]))
			return false;
	return text.n > 0;
}

/* ---- compare ---- */

/* Lengths of the longest common subsequences of the rests of both: length[i * (m + 1) + k] of old[i..], new[k..]. */
static const unsigned short *common_lengths(struct arena *a, const struct parts *old, const struct parts *new)
{
	size_t m = new->n + 1;
	unsigned short *length = arena_alloc(a, (old->n + 1) * m * sizeof(*length));

	for (size_t i = old->n; i-- > 0;)
		for (size_t k = new->n; k-- > 0;) {
			unsigned short down = length[(i + 1) * m + k], right = length[i * m + k + 1];
			length[i * m + k] = str_eq(old->at[i].text, new->at[k].text) ?
				(unsigned short)(length[(i + 1) * m + k + 1] + 1) :
				down > right ? down :
					       right;
		}
	return length;
}

static bool only_blanks(const struct parts *p, size_t from, size_t to)
{
	for (; from < to; from++)
		if (p->at[from].kind != PART_BLANK)
			return false;
	return true;
}

/* Add one differing part to the changes, joined with the last change where only blanks are between. */
static size_t change_extend(const struct parts *old, struct part_change *out, size_t n, struct part_change c)
{
	if (n > CHANGES_MOST)
		return n;
	if (n && only_blanks(old, out[n - 1].to, c.from)) {
		out[n - 1].to = c.to;
		out[n - 1].new_to = c.new_to;
		return n;
	}
	if (n < CHANGES_MOST)
		out[n] = c;
	return n + 1;
}

size_t parts_compare(
	struct arena *a, const struct parts *old, const struct parts *new, struct part_change out[CHANGES_MOST])
{
	size_t i = 0, k = 0, n = 0, tail = 0, m = new->n + 1;

	/* What is equal at both ends is: a common subsequence alone may be placed anywhere. */
	while (i < old->n && i < new->n &&str_eq(old->at[i].text, new->at[i].text))
		i++;
	while (tail < old->n - i &&
		tail < new->n - i &&str_eq(old->at[old->n - 1 - tail].text, new->at[new->n - 1 - tail].text))
		tail++;
	const struct parts x = { old->at, old->n - tail }, y = { new->at, new->n - tail };
	m = y.n + 1;
	const unsigned short *length = common_lengths(a, &x, &y);
	for (k = i; i < x.n || k < y.n;) {
		if (i < x.n && k < y.n && str_eq(x.at[i].text, y.at[k].text)) {
			i++;
			k++;
			continue;
		}
		bool add = i == x.n || (k < y.n && length[i * m + k + 1] >= length[(i + 1) * m + k]);
		struct part_change c = { i, i + !add, k, k + add };
		i += !add;
		k += add;
		n = change_extend(old, out, n, c);
	}
	return n;
}
