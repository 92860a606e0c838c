#include "policy/change_tokens.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"

/* In a hunk with more tokens, words are compared with each other no more: it is no slip, and it would take long. */
enum { HUNK_MOST = 300 };

static bool is_large(const struct hunk *h)
{
	return h->old_end - h->old_begin > HUNK_MOST || h->new_end - h->new_begin > HUNK_MOST;
}

/* ---- twins ---- */

/* One token a line, so that lines can be compared. */
static struct str token_lines(struct arena *a, const struct code_units *u)
{
	size_t n = 0, at = 0;

	for (size_t i = 0; i < u->tokens.n; i++)
		n += u->tokens.at[i].text.n + 1;
	char *out = arena_alloc(a, n + 1);
	for (size_t i = 0; i < u->tokens.n; i++) {
		struct str t = u->tokens.at[i].text;
		for (size_t k = 0; k < t.n; k++)
			out[at++] = t.p[k] == '\n' ? '\1' : t.p[k];
		out[at++] = '\n';
	}
	return (struct str){ out, at };
}

enum { COMPARED_MOST = 8000 };

static bool same_at(const struct change_tokens *c, size_t i, size_t k)
{
	return str_eq(c->old.tokens.at[i].text, c->new.tokens.at[k].text);
}

/* The hunks; if most of a long text changed, one hunk between the equal beginning and end. */
static struct hunks compare(const struct change_tokens *c)
{
	size_t n = c->old.tokens.n, m = c->new.tokens.n, begin = 0, end = 0;

	while (begin < n && begin < m && same_at(c, begin, begin))
		begin++;
	while (end < n - begin && end < m - begin && same_at(c, n - 1 - end, m - 1 - end))
		end++;
	if (n - begin - end <= COMPARED_MOST && m - begin - end <= COMPARED_MOST)
		return diff_lines(c->a, token_lines(c->a, &c->old), token_lines(c->a, &c->new));
	struct hunk *one = ARENA_NEW(c->a, struct hunk);
	*one = (struct hunk){ begin, n - end, begin, m - end };
	return (struct hunks){ one, 1 };
}

static void pair(struct change_tokens *c)
{
	size_t i = 0, k = 0;

	for (size_t h = 0; h <= c->hunks.n; h++) {
		size_t end = h < c->hunks.n ? c->hunks.at[h].old_begin : c->old.tokens.n;
		while (i < end && k < c->new.tokens.n) {
			c->twin_of_old[i] = k;
			c->twin_of_new[k++] = i++;
		}
		if (h == c->hunks.n)
			break;
		for (; i < c->hunks.at[h].old_end; i++)
			c->hunk_of_old[i] = h;
		for (; k < c->hunks.at[h].new_end; k++)
			c->hunk_of_new[k] = h;
	}
}

struct spare {
	struct str text;
	size_t at;
};

static int by_text(const void *x, const void *y)
{
	const struct spare *a = x, *b = y;
	int order = str_cmp(a->text, b->text);

	return order ? order : (a->at > b->at) - (a->at < b->at);
}

static struct spare *spares(struct arena *a, const struct code_units *u, const size_t *twins, size_t *n)
{
	struct spare *out = arena_alloc(a, (u->tokens.n + 1) * sizeof(*out));

	*n = 0;
	for (size_t i = 0; i < u->tokens.n; i++)
		if (twins[i] == SIZE_MAX && u->tokens.at[i].kind != TOKEN_SIGN)
			out[(*n)++] = (struct spare){ u->tokens.at[i].text, i };
	qsort(out, *n, sizeof(*out), by_text);
	return out;
}

/* Words that were moved. */
static void pair_moved(struct change_tokens *c)
{
	size_t n, m, i = 0, k = 0;
	struct spare *gone = spares(c->a, &c->old, c->twin_of_old, &n),
		     *came = spares(c->a, &c->new, c->twin_of_new, &m);

	while (i < n && k < m) {
		int order = str_cmp(gone[i].text, came[k].text);
		if (order == 0) {
			c->twin_of_old[gone[i].at] = came[k].at;
			c->twin_of_new[came[k].at] = gone[i].at;
		}
		i += order <= 0;
		k += order >= 0;
	}
}

/* Code that a quote which was not closed had made part of a string. */
static void pair_unquoted(struct change_tokens *c)
{
	for (size_t h = 0; h < c->hunks.n; h++)
		for (size_t i = c->hunks.at[h].old_begin; i < c->hunks.at[h].old_end && !is_large(&c->hunks.at[h]);
			i++) {
			struct str old = c->old.tokens.at[i].text;
			if (str_chr(old, '\n') == old.n)
				continue;
			for (size_t k = c->hunks.at[h].new_begin; k < c->hunks.at[h].new_end; k++)
				if (c->twin_of_new[k] == SIZE_MAX && str_find(old, c->new.tokens.at[k].text) < old.n)
					c->twin_of_new[k] = i;
		}
}

static size_t *numbers(struct arena *a, size_t n)
{
	size_t *out = arena_alloc(a, (n + 1) * sizeof(*out));

	memset(out, 0xff, (n + 1) * sizeof(*out));
	return out;
}

struct change_tokens change_tokens_read(struct arena *a, struct node language, struct str old, struct str new)
{
	struct change_tokens c = {
		.a = a, .old = code_units_read(a, language, old), .new = code_units_read(a, language, new)
	};

	c.hunks = compare(&c);
	c.twin_of_old = numbers(a, c.old.tokens.n);
	c.hunk_of_old = numbers(a, c.old.tokens.n);
	c.twin_of_new = numbers(a, c.new.tokens.n);
	c.hunk_of_new = numbers(a, c.new.tokens.n);
	pair(&c);
	pair_moved(&c);
	pair_unquoted(&c);
	return c;
}

/* ---- words ---- */

bool change_keeps(const struct change_tokens *c, size_t new_token)
{
	return new_token < c->new.tokens.n && c->twin_of_new[new_token] != SIZE_MAX;
}

bool change_keeps_word(const struct change_tokens *c, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		if (c->new.tokens.at[i].kind != TOKEN_SIGN && change_keeps(c, i))
			return true;
	return false;
}

bool work_lists(const struct change_tokens *c, const char *name, struct str word)
{
	return word.n && str_lists(node_str(node_get(c->work, name)), ' ', word);
}

bool is_success(const struct change_tokens *c, struct str word)
{
	size_t zeros = 0;

	while (zeros < word.n && word.p[zeros] == '0')
		zeros++;
	return work_lists(c, "success", word) || (word.n && zeros == word.n);
}

bool is_constant(const struct change_tokens *c, const struct code_token *t)
{
	int64_t number;

	return t->kind == TOKEN_NUMBER || t->kind == TOKEN_STRING || str_number(t->text, &number) ||
		(t->kind == TOKEN_WORD && work_lists(c, "constants", t->text));
}

/* Does an operand end with this token? */
static bool ends_operand(const struct change_tokens *c, size_t i)
{
	const struct code_token *t = &c->new.tokens.at[i];

	if (t->kind == TOKEN_SIGN)
		return strchr(")]}", t->text.p[0]);
	return !code_lists_token(&c->new, "controls", i) && !code_lists_token(&c->new, "transfers", i);
}

/* `0`, `return 0`, `x = 0`, `1 == 1`, `(!0`; not `x.length() == 0`, whose last part is one. */
bool is_constant_operand(const struct change_tokens *c, size_t first, size_t end)
{
	const struct code_units *u = &c->new;
	size_t i = end - 1, signs = 0;

	while (i > first && u->tokens.at[i - 1].kind == TOKEN_SIGN &&
		strchr("=!<>+-*/%", u->tokens.at[i - 1].text.p[0]))
		signs += u->tokens.at[--i].text.n;
	bool assigns = signs == 1 && u->tokens.at[i].text.p[0] == '=';
	return signs == 0 || assigns || i == first || !ends_operand(c, i - 1) || is_constant(c, &u->tokens.at[i - 1]);
}

bool is_inert(const struct change_tokens *c, struct str word)
{
	size_t slash = str_rchr(word, '/');

	return work_lists(c, "inert", slash < word.n ? str_sub(word, slash + 1, word.n) : word);
}

static struct str letters(
	const struct change_tokens *c, const struct code_units *u, const size_t *twins, size_t from, size_t to)
{
	size_t n = 0, room = 1;

	for (size_t i = from; i < to; i++)
		room += u->tokens.at[i].text.n;
	char *out = arena_alloc(c->a, room);
	for (size_t i = from; i < to; i++)
		for (size_t k = 0; twins[i] == SIZE_MAX && k < u->tokens.at[i].text.n; k++)
			if (isalnum((unsigned char)u->tokens.at[i].text.p[k]))
				out[n++] = u->tokens.at[i].text.p[k];
	return (struct str){ out, n };
}

/* Do the new words of the hunk have the letters of the old ones, and only other blanks, quotes and brackets? */
static bool is_punctuation(const struct change_tokens *c, size_t hunk)
{
	const struct hunk *h = &c->hunks.at[hunk];
	struct str old = letters(c, &c->old, c->twin_of_old, h->old_begin, h->old_end);
	bool commands = c->old.commands;

	for (size_t k = h->new_begin; k < h->new_end; k++) {
		const struct code_token *t = &c->new.tokens.at[k];
		if (c->twin_of_new[k] == SIZE_MAX &&
			((t->kind == TOKEN_STRING && !commands) || str_is(t->text, ":") ||
				str_chr(t->text, '\n') < t->text.n))
			return false;
		/* quotes that take away the meaning of the separators of commands */
		for (size_t i = 0; commands && c->twin_of_new[k] == SIZE_MAX && i < t->text.n; i++)
			if (strchr(";&|\n", t->text.p[i]))
				return false;
	}
	return old.n && str_eq(old, letters(c, &c->new, c->twin_of_new, h->new_begin, h->new_end));
}

static bool is_near(const struct change_tokens *c, struct str old, struct str new)
{
	if (str_eq(node_str(node_get_str(c->synonyms, old)), new) ||
		str_eq(node_str(node_get_str(c->synonyms, new)), old))
		return true;
	/* No other command becomes `true` by a slip, but `echo` may have been `ehco`. */
	if (is_inert(c, new) && word_distance(old, new) > 100)
		return false;
	return old.n >= 2 && new.n >= 2 && isalpha((unsigned char)old.p[old.n - 1]) &&
		word_distance(old, new) <= word_tolerance(old);
}

/* Is one a part of the other, as in "atoi" and "std::atoi"? */
static bool is_part(const struct change_tokens *c, struct str old, struct str new)
{
	if (code_lists(&c->old, "checks", old) || code_lists(&c->old, "insists", old))
		return false;
	if (old.n < 3 || new.n < 3 || c->old.commands)
		return false;
	return new.n > old.n ? str_find(new, old) < new.n : str_find(old, new) < old.n;
}

bool is_respelt(const struct change_tokens *c, size_t i)
{
	size_t h = c->hunk_of_old[i];
	struct str old = c->old.tokens.at[i].text, new;

	if (h != SIZE_MAX && is_large(&c->hunks.at[h]))
		return false;
	if (h != SIZE_MAX && is_punctuation(c, h))
		return true;
	for (size_t k = h == SIZE_MAX ? 0 : c->hunks.at[h].new_begin; h != SIZE_MAX && k < c->hunks.at[h].new_end;
		k++) {
		new = c->new.tokens.at[k].text;
		if (c->twin_of_new[k] == SIZE_MAX && c->new.tokens.at[k].kind == c->old.tokens.at[i].kind &&
			(is_near(c, old, new) || is_part(c, old, new)))
			return true;
	}
	return false;
}

bool is_respelling(const struct change_tokens *c, size_t k)
{
	size_t h = c->hunk_of_new[k];

	if (h != SIZE_MAX && is_large(&c->hunks.at[h]))
		return false;
	for (size_t i = h == SIZE_MAX ? 0 : c->hunks.at[h].old_begin; h != SIZE_MAX && i < c->hunks.at[h].old_end; i++)
		if (c->twin_of_old[i] == SIZE_MAX && is_near(c, c->old.tokens.at[i].text, c->new.tokens.at[k].text))
			return true;
	return false;
}

void finding_add(struct finding *all, int verdict, const char *why, struct str at)
{
	if (!verdict || all->verdict == 1 || (all->verdict == 2 && verdict == 2))
		return;
	*all = (struct finding){ verdict, why, at };
}
