/* Candidates for a missing or superfluous quote. */
#include <ctype.h>
#include <string.h>

#include "lang/edit_candidates.h"
#include "lang/quotes.h"

enum { PREFIX = 2 };

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

static size_t quotes_between(struct str text, char quote, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		if (text.p[i] == '\\')
			i++;
		else
			n += text.p[i] == quote;
	}
	return n;
}

/* A string starts with the first word after a token that is followed by one blank. */
static bool is_gap_before_word(struct str t, size_t i)
{
	return i > 0 && t.p[i - 1] && strchr(",=:", t.p[i - 1]) && i + 1 < t.n && t.p[i] == ' ' && is_word(t.p[i + 1]);
}

/* "a''": a quote that was typed twice, unless the two are an empty string. */
static void doubled_quote_drop(struct candidate_search *s, char quote, size_t from, size_t to)
{
	struct str t = s->x->all;

	for (size_t i = from; i + 1 < to; i++) {
		if (t.p[i] != quote || t.p[i + 1] != quote)
			continue;
		size_t end = i + 2;
		while (end < to && t.p[end] == quote)
			end++;
		bool begins = i == from || strchr(" \t([{,=:+", t.p[i - 1]);
		bool ends = end == to || strchr(" \t\r)]},;:+.", t.p[end]);
		if (end == i + 2 && begins != ends)
			candidate_add(s, i, 1, STR(""), true);
		i = end - 1;
	}
}

static void quote_put(struct candidate_search *s, struct str quote, size_t from, size_t to)
{
	struct str t = s->x->all;

	for (size_t i = from; i <= to; i++) {
		bool opens = quotes_between(t, quote.p[0], from, i) % 2 == 0;
		if ((is_token_start(t, i) || is_token_end(t, i)) && !(opens && is_gap_before_word(t, i)))
			candidate_add(s, i, 0, quote, false);
		size_t sign = opens ? i : i - 1;
		if (i > from && i < to && quote_may_be(t.p[sign], opens))
			candidate_add(s, sign, 1, quote, false);
	}
	doubled_quote_drop(s, quote.p[0], from, to);
}

/* ---- apostrophes ---- */

struct apostrophes {
	bool any;
	bool quoted;        /* one of them is in a text between single quotes */
	size_t open, close; /* those quotes */
};

static bool is_between_letters(struct str line, size_t i)
{
	return i > 0 && i + 1 < line.n && isalpha((unsigned char)line.p[i - 1]) &&
		isalpha((unsigned char)line.p[i + 1]);
}

/* Is the word before a quote one that strings may begin with, such as f or rb? */
static bool is_prefix_of_string(struct str line, size_t quote)
{
	size_t begin = quote;

	while (begin > 0 && is_word(line.p[begin - 1]))
		begin--;
	for (size_t i = begin; i < quote; i++)
		if (!strchr("fFrRbBuULl", line.p[i]))
			return false;
	return quote - begin <= PREFIX;
}

/* "Don't": a single quote between two letters, unless it begins a string. */
static struct apostrophes apostrophes_of(struct str line)
{
	struct apostrophes found = { 0 };
	bool in_this = false;
	char in = '\0';

	for (size_t i = 0; i < line.n && !found.quoted; i++) {
		char c = line.p[i];
		bool apostrophe = c == '\'' && is_between_letters(line, i) && (in || !is_prefix_of_string(line, i));
		found.any |= apostrophe;
		if (in == '\'' && apostrophe) {
			in_this = true;
		} else if (c == '\\' && in != '\'') {
			i++;
		} else if (c == in) {
			found.close = i;
			found.quoted = in_this;
			in = '\0';
		} else if (!in && !apostrophe && (c == '\'' || c == '"')) {
			found.open = i;
			in_this = false;
			in = c;
		}
	}
	return found;
}

/* Put the text between double quotes instead: any other place for a quote would change the text, which a person may
 * read.  The characters have a meaning between double quotes in one language or another. */
static void requote_put(struct candidate_search *s, size_t at, struct str line, const struct apostrophes *found)
{
	struct str text = str_sub(line, found->open + 1, found->close);

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] && strchr("\"$`\\!", text.p[i]))
			return;
	candidate_add(s, at + found->open, text.n + 2, arena_printf(s->a, "\"%.*s\"", STR_ARG(text)), true);
}

/* In each line from..to with an odd number of this quote. */
static void quotes_put(struct candidate_search *s, struct str quote, size_t from, size_t to)
{
	for (size_t at = from; at < to;) {
		size_t end = at + str_chr(str_sub(s->x->all, at, to), '\n');
		struct str line = str_sub(s->x->all, at, end);
		bool odd = quotes_between(s->x->all, quote.p[0], at, end) % 2;
		struct apostrophes found = odd && quote.p[0] == '\'' ? apostrophes_of(line) : (struct apostrophes){ 0 };
		if (odd && !found.any)
			quote_put(s, quote, at, end);
		at = end + 1;
	}
}

/* The only line of the file that ends within a string, if its words determine the position.  Two such lines may be the
 * first and last of a multi-line string. */
static void quote_shape(struct candidate_search *s)
{
	size_t at = 0, place = SIZE_MAX, lines = 0;
	char quote = 0;

	if (!node_str(node_get(s->language, "comparisons")).p)
		return;
	for (int64_t line = 1; line <= (int64_t)s->x->lines; line++) {
		struct str text = text_line(s->x, line);
		if (!quotes_open(text) || ++lines > 1)
			continue;
		if (apostrophes_of(text).any)
			return;
		at = s->x->line_at[line - 1];
		place = quotes_place(s->language, text, &quote);
	}
	if (lines == 1 && place != SIZE_MAX)
		candidate_add(s, at + place, 0, quote == '"' ? STR("\"") : STR("'"), true);
}

/* In any line, since the tool reports the end of the file or the next quote. */
static void apostrophes_put(struct candidate_search *s)
{
	for (int64_t line = 1; line <= (int64_t)s->x->lines; line++) {
		struct str text = text_line(s->x, line);
		struct apostrophes found = apostrophes_of(text);
		if (found.quoted && quotes_between(text, '\'', 0, text.n) % 2)
			requote_put(s, s->x->line_at[line - 1], text, &found);
	}
}

/* A string that may span lines: any line of the file may be the one. */
void quote_candidates_add(struct candidate_search *s)
{
	struct node strings = node_get(s->language, "strings");

	apostrophes_put(s);
	quote_shape(s);
	for (uint32_t k = 0; k < node_list_count(strings); k++) {
		struct node row = node_list_at(strings, k);
		struct str quote = node_str(node_get(row, "quote"));
		bool many = node_bool(node_get(row, "multiline"), false);
		if (quote.n == 1 && !many)
			quotes_put(s, quote, s->from, s->to);
		else if (quote.n == 1 && quotes_between(s->x->all, quote.p[0], 0, s->x->all.n) % 2)
			quotes_put(s, quote, 0, s->x->all.n);
	}
}
