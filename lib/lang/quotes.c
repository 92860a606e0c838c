#include "lang/quotes.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

enum { DEEP = 16 };

/* The strings and $( ) that contain a position, innermost last. */
struct quote_walk {
	struct str t;
	size_t i;
	char in[DEEP];   /* the quote, or '(' */
	size_t at[DEEP]; /* its start */
	size_t n;
	size_t command; /* start of the simple command */
	bool by_shape;  /* a quote that can only open does not close a string */
	struct str keywords, comparisons;
};

static char around(const struct quote_walk *w)
{
	return w->n ? w->in[w->n - 1] : '(';
}

static bool push(struct quote_walk *w, char c)
{
	if (w->n == DEEP)
		return false;
	w->in[w->n] = c;
	w->at[w->n++] = w->i;
	return true;
}

static char char_at(struct str t, size_t i)
{
	return i < t.n ? t.p[i] : '\n';
}

static bool is_blank_at(struct str t, size_t i)
{
	return isspace((unsigned char)char_at(t, i));
}

static bool begins_comment(const struct quote_walk *w)
{
	return w->t.p[w->i] == '#' && around(w) == '(' && (w->i == 0 || is_blank_at(w->t, w->i - 1));
}

/* A quote here can only open: a blank or the start of a value precedes it, and no end follows. */
static bool only_opens(struct str t, size_t i)
{
	bool before = i == 0 || is_blank_at(t, i - 1) || strchr("=(", t.p[i - 1]);

	return before && !is_blank_at(t, i + 1) && !strchr(";)]|&", char_at(t, i + 1));
}

/* It can only close: a word precedes it, and the end of a word follows. */
static bool only_closes(struct str t, size_t i)
{
	return i && !is_blank_at(t, i - 1) && !strchr("=($", t.p[i - 1]) &&
		(is_blank_at(t, i + 1) || strchr(";)|&", t.p[i + 1]));
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

static bool quote_step(struct quote_walk *w, char c, char in)
{
	if (w->by_shape && (in == c ? only_opens(w->t, w->i) : only_closes(w->t, w->i)))
		return false;
	if (in != c)
		return push(w, c);
	w->n--;
	return true;
}

/* Process one byte; false at a quote that does not fit its position. */
static bool step(struct quote_walk *w)
{
	char c = w->t.p[w->i], in = around(w);

	if (c == '\\' && in != '\'') {
		w->i += 2;
		return true;
	}
	if (is_quote(c) && (in == c || in == '(')) {
		if (!quote_step(w, c, in))
			return false;
	} else if (c == '$' && char_at(w->t, w->i + 1) == '(' && in != '\'') {
		if (!push(w, '('))
			return false;
		w->command = w->i++ + 2;
	} else if (c == ')' && in == '(' && w->n) {
		w->n--;
	} else if (in == '(' && strchr(";|&", c)) {
		w->command = w->i + 1;
	}
	w->i++;
	return true;
}

static void walk(struct quote_walk *w)
{
	while (w->i < w->t.n && !begins_comment(w) && step(w))
		;
}

bool quotes_open(struct str line)
{
	struct quote_walk w = { .t = line };

	walk(&w);
	while (w.n && !is_quote(around(&w)))
		w.n--;
	return w.n > 0;
}

/* ---- missing closing quote ---- */

/* Does a word of the list start here? */
static bool starts_word(struct str rest, struct str words)
{
	size_t n = 0;

	while (n < rest.n && !isspace((unsigned char)rest.p[n]) && rest.p[n] != ';')
		n++;
	return n && str_lists(words, ' ', str_sub(rest, 0, n));
}

/* Is a semicolon the end of a command?  Prose contains semicolons, too. */
static bool ends_command(struct str rest, struct str keywords)
{
	rest = str_trim(rest);
	return rest.n == 0 || strchr("#;}", rest.p[0]) || starts_word(rest, keywords);
}

static bool is_operator(struct str t, size_t i)
{
	char c = t.p[i];

	if (c == '<' || c == '>' || c == '|')
		return true;
	if (c == '&')
		return char_at(t, i + 1) == '&' || char_at(t, i + 1) == '>';
	return isdigit((unsigned char)c) && char_at(t, i + 1) == '>';
}

static size_t trimmed(struct str t, size_t from, size_t to)
{
	while (to > from && is_blank_at(t, to - 1))
		to--;
	return to;
}

/* "[ " or "[[ " before this point, in the same command. */
static bool in_test(struct str t, size_t command, size_t at)
{
	for (size_t i = command; i + 1 < at; i++)
		if (t.p[i] == '[' && is_blank_at(t, i + 1) &&
			(i == command || is_blank_at(t, i - 1) || t.p[i - 1] == '['))
			return true;
	return false;
}

static bool ends_operand(const struct quote_walk *w, size_t i)
{
	struct str rest = str_sub(w->t, i + 1, w->t.n);

	return is_blank_at(w->t, i) &&
		(starts_word(rest, w->comparisons) || str_starts(rest, "]") || str_starts(rest, "&&") ||
			str_starts(rest, "||"));
}

/* Skip "${...}" and the like. */
static size_t after_braces(struct str t, size_t i, size_t to)
{
	int deep = 0;

	for (size_t j = i; j < to; j++) {
		deep += (strchr("{(", t.p[j]) != NULL) - (strchr("})", t.p[j]) != NULL);
		if (j > i && deep <= 0)
			return j + 1;
	}
	return i + 1;
}

static size_t string_end(const struct quote_walk *w, size_t open, size_t to, bool test, bool nested)
{
	struct str t = w->t;

	for (size_t i = open + 1; i < to;) {
		if (t.p[i] == '\\') {
			i += 2;
			continue;
		}
		if (t.p[i] == '$' && strchr("{(", char_at(t, i + 1))) {
			i = after_braces(t, i + 1, to);
			continue;
		}
		if (t.p[i] == '(' && !nested) {
			i = after_braces(t, i, to);
			continue;
		}
		if (test ? ends_operand(w, i) : is_blank_at(t, i) && i + 1 < to && is_operator(t, i + 1))
			return trimmed(t, open, i);
		if (nested && t.p[i] == ')')
			return i;
		if (t.p[i] == ';')
			return ends_command(str_sub(t, i + 1, t.n), w->keywords) ? i : SIZE_MAX;
		i++;
	}
	return test ? SIZE_MAX : trimmed(t, open, to);
}

static size_t closer_place(const struct quote_walk *w, size_t to)
{
	size_t open = w->at[w->n - 1];
	bool nested = w->n > 1 && w->in[w->n - 2] == '(';
	size_t end = string_end(w, open, to, in_test(w->t, w->command, open), nested);

	/* An empty string is no evidence. */
	return end > open + 1 ? end : SIZE_MAX;
}

/* ---- missing opening quote ---- */

static size_t word_begin(struct str t, size_t from, size_t at)
{
	int deep = 0;

	while (at > from && (deep > 0 || !is_blank_at(t, at - 1))) {
		at--;
		deep += (strchr("})", t.p[at]) != NULL) - (strchr("{(", t.p[at]) != NULL);
	}
	return at;
}

static bool is_prose(struct str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (!isalpha((unsigned char)word.p[i]) && !(i + 1 == word.n && strchr(",:.!?", word.p[i])))
			return false;
	return word.n > 0;
}

static size_t skip_blanks(struct str t, size_t i)
{
	while (i < t.n && is_blank_at(t, i))
		i++;
	return i;
}

/* The words of a command up to here, without its name, options and quoted parts.  They are a message if one of them is
 * a word of prose; several values may be several arguments. */
static size_t message_begin(struct str t, size_t command, size_t at, size_t last)
{
	size_t begin = SIZE_MAX, words = 0;
	bool prose = false;

	command = skip_blanks(t, command);
	while (command < at && !is_blank_at(t, command))
		command++;
	for (size_t i = skip_blanks(t, command); i < at;) {
		size_t end = i;
		while (end < at && !is_blank_at(t, end))
			end++;
		struct str word = str_sub(t, i, end);
		bool apart = str_starts(word, "-") || str_chr(word, '"') < word.n || str_chr(word, '\'') < word.n;
		begin = apart ? SIZE_MAX : begin == SIZE_MAX ? i : begin;
		words = apart ? 0 : words + 1;
		prose = !apart && (prose || is_prose(word));
		i = skip_blanks(t, end);
	}
	return words <= 1 ? last : prose ? begin : SIZE_MAX;
}

static size_t opener_place(const struct quote_walk *w)
{
	size_t command = skip_blanks(w->t, w->command), word = word_begin(w->t, command, w->i);

	for (;;) {
		size_t end = command;
		while (end < w->i && !is_blank_at(w->t, end))
			end++;
		struct str first = str_sub(w->t, command, end);
		if (end == w->i || (!starts_word(first, w->keywords) && !str_is(first, "!") && !str_is(first, "{")))
			break;
		command = skip_blanks(w->t, end);
	}
	struct str last = str_sub(w->t, word, w->i);
	size_t equals = str_chr(last, '=');
	if (equals > 0 && equals < last.n && (isalpha((unsigned char)last.p[0]) || last.p[0] == '_'))
		return word + equals + 1;
	if (in_test(w->t, command, w->i))
		return word;
	if (word == command)
		return SIZE_MAX;
	return message_begin(w->t, command, w->i, word);
}

size_t quotes_place(struct node language, struct str line, char *quote)
{
	struct quote_walk w = { .t = line,
		.by_shape = true,
		.keywords = node_str(node_get(language, "keywords")),
		.comparisons = node_str(node_get(language, "comparisons")) };

	walk(&w);
	bool stopped = w.i < line.n && !begins_comment(&w);
	/* A comment is not part of a string. */
	size_t to = w.i < line.n ? w.i : line.n;
	while (!stopped && w.n && !is_quote(around(&w)))
		w.n--;
	if (is_quote(around(&w))) {
		*quote = around(&w);
		return closer_place(&w, to);
	}
	if (!stopped)
		return SIZE_MAX;
	*quote = line.p[w.i];
	return is_quote(*quote) ? opener_place(&w) : SIZE_MAX;
}

bool quote_may_be(char sign, bool opens)
{
	return sign && strchr(opens ? ":;,)]}=" : "([{;,=", sign);
}
