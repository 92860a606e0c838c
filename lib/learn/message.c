#include "learn/message.h"

#include <ctype.h>
#include <string.h>

#include "base/vec.h"

struct reader {
	struct arena *a;
	const struct line_change *c;
	struct str text;
	size_t done; /* bytes that are in segments */
	VEC(struct segment) segments;
};

static const struct {
	const char *open, *close;
} quotes[] = { { "'", "'" }, { "\"", "\"" }, { "`", "`" }, { "`", "'" }, { "\xe2\x80\x98", "\xe2\x80\x99" },
	{ "\xe2\x80\x9c", "\xe2\x80\x9d" } };

static bool is_word_at(struct str s, size_t i)
{
	return i < s.n && (isalnum((unsigned char)s.p[i]) || s.p[i] == '_');
}

static bool has_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_word_at(s, i) || (unsigned char)s.p[i] >= 0x80)
			return true;
	return false;
}

static bool lists(struct node language, const char *name, struct str word)
{
	struct str words = node_str(node_get(language, name));

	return words.n && str_lists(words, ' ', word);
}

bool word_is_general(struct node language, struct str word)
{
	return lists(language, "keywords", word) || lists(language, "words", word);
}

static void segment_add(struct reader *r, struct str text, bool slot, struct str close)
{
	if (text.n)
		*VEC_ADD(r->a, &r->segments) = (struct segment){ text, slot, close };
}

/* A slot at text[from, to). */
static void slot_add(struct reader *r, size_t from, size_t to, struct str close)
{
	segment_add(r, str_sub(r->text, r->done, from), false, STR_NONE);
	segment_add(r, str_sub(r->text, from, to), true, close);
	r->done = to;
}

/* The end of the quotation that opens at i, after its closing mark; 0: none does. */
static size_t quotation(struct reader *r, size_t i)
{
	struct str rest = str_sub(r->text, i, r->text.n);

	for (size_t k = 0; k < sizeof(quotes) / sizeof(quotes[0]); k++) {
		size_t open = strlen(quotes[k].open);
		struct str close = str_of(quotes[k].close);
		if (!str_starts(rest, quotes[k].open) || (i > 0 && is_word_at(r->text, i - 1)))
			continue;
		size_t n = str_find(str_sub(rest, open, rest.n), close), end = i + open + n + close.n;
		if (open + n >= rest.n || n == 0 || is_word_at(r->text, end))
			continue;
		if (has_word(str_sub(rest, open, open + n)))
			slot_add(r, i + open, i + open + n, close);
		return end;
	}
	return 0;
}

static bool is_path_byte(unsigned char c)
{
	return isalnum(c) || c >= 0x80 || (c && strchr("_./\\+@~-", c));
}

static bool in_parts(const struct parts *p, struct str word)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->at[i].kind == PART_WORD && str_eq(p->at[i].text, word))
			return true;
	return false;
}

static bool is_changed_word(const struct reader *r, struct str word)
{
	return word.n > 1 && !word_is_general(r->c->language, word) &&
		(in_parts(&r->c->old_parts, word) || in_parts(&r->c->new_parts, word));
}

/* The end of the run of letters, digits and the signs of paths at i, without the punctuation after it. */
static size_t run(struct reader *r, size_t i)
{
	size_t end = i;

	while (end < r->text.n && is_path_byte((unsigned char)r->text.p[end]))
		end++;
	while (end > i + 1 && (r->text.p[end - 1] == '.' || r->text.p[end - 1] == '-'))
		end--;
	struct str s = str_sub(r->text, i, end);
	size_t dot = str_chr(s, '.');
	int64_t number;
	bool path = has_word(s) && (str_chr(s, '/') < s.n || (dot > 0 && dot + 1 < s.n));
	if (path || str_number(s, &number) || is_changed_word(r, s)) {
		slot_add(r, i, end, STR_NONE);
		return end;
	}
	/* A word of it may be a slot nevertheless. */
	for (end = i + 1; end < r->text.n && is_word_at(r->text, i) && is_word_at(r->text, end);)
		end++;
	s = str_sub(r->text, i, end);
	if (str_number(s, &number) || is_changed_word(r, s))
		slot_add(r, i, end, STR_NONE);
	return end;
}

struct message message_of(struct arena *a, const struct line_change *c)
{
	struct reader r = { .a = a, .c = c, .text = c->of->message };
	struct message m;

	for (size_t i = 0, end; i < r.text.n; i = end) {
		end = quotation(&r, i);
		if (!end)
			end = is_path_byte((unsigned char)r.text.p[i]) ? run(&r, i) : i + 1;
	}
	segment_add(&r, str_sub(r.text, r.done, r.text.n), false, STR_NONE);
	m = (struct message){ r.segments.at, r.segments.n, STR("") };
	for (size_t i = 0; i < m.n; i++)
		m.key = arena_join(a, m.key, m.at[i].slot ? STR("\x01") : m.at[i].text);
	return m;
}
