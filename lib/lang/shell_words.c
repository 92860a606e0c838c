/* Words, expansions, redirections and here-documents. */
#include <ctype.h>

#include "base/buf.h"
#include "lang/shell_reader.h"

static void dollar_read(struct reader *r);
static void double_quotes_skip(struct reader *r);

/* ---- expansions ---- */

/* A command substitution whose text begins here and ends with `closer`. */
static void substitution_read(struct reader *r, enum closer closer)
{
	unsigned list = r->list;
	bool condition = r->condition, in_double = r->in_double;

	r->condition = r->in_double = false;
	r->substituted++;
	list_next(r);
	shell_list_read(r, closer);
	r->substituted--;
	r->list = list;
	r->condition = condition;
	r->in_double = in_double;
}

/* The text of `...`, in which a backslash before $, ` and \ goes. */
static struct str unescaped(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n && strchr("$`\\", s.p[i + 1]))
			i++;
		out[n++] = s.p[i];
	}
	return (struct str){ out, n };
}

static void backquotes_read(struct reader *r)
{
	size_t begin = r->at + 1, end = begin;
	struct reader before = *r;

	while (end < r->text.n && r->text.p[end] != '`')
		end += r->text.p[end] == '\\' ? 2 : 1;
	end = end < r->text.n ? end : r->text.n;
	struct str inside = str_sub(r->text, begin, end);
	if (str_chr(inside, '\\') < inside.n) {
		r->text = unescaped(r->a, inside);
		r->fixed_at = r->fixed ? r->fixed_at : begin - 1;
		r->fixed = true;
		r->at = 0;
	} else {
		r->text = str_sub(r->text, 0, end);
		r->at = begin;
	}
	substitution_read(r, CLOSE_NONE);
	r->text = before.text;
	r->fixed = before.fixed;
	r->fixed_at = before.fixed_at;
	r->at = begin;
	skip(r, end + 1 - begin);
}

static void single_quotes_skip(struct reader *r, bool escapes)
{
	for (skip(r, 1); !ended(r) && look(r, 0) != '\''; skip(r, 1))
		if (escapes && look(r, 0) == '\\')
			skip(r, 1);
	skip(r, 1);
}

bool special_skip(struct reader *r)
{
	char c = look(r, 0);

	if (c == '\\')
		skip(r, 2);
	else if (c == '\'' && !r->in_double)
		single_quotes_skip(r, false);
	else if (c == '"')
		double_quotes_skip(r);
	else if (c == '$')
		dollar_read(r);
	else if (c == '`')
		backquotes_read(r);
	else
		return false;
	return true;
}

static void double_quotes_skip(struct reader *r)
{
	bool in_double = r->in_double;

	r->in_double = true;
	for (skip(r, 1); !ended(r) && look(r, 0) != '"';)
		if (!special_skip(r))
			skip(r, 1);
	skip(r, 1);
	r->in_double = in_double;
}

void brackets_skip(struct reader *r, char open, char close)
{
	int depth = 0;

	if (++r->depth > DEPTH_MOST)
		r->at = r->text.n;
	while (!ended(r)) {
		char c = look(r, 0);
		if (special_skip(r))
			continue;
		depth += c == open;
		skip(r, 1);
		if (c == close && --depth == 0)
			break;
	}
	r->depth--;
}

static void dollar_read(struct reader *r)
{
	char c = look(r, 1);

	if (c == '(' && look(r, 2) == '(') {
		skip(r, 1);
		brackets_skip(r, '(', ')');
	} else if (c == '(') {
		skip(r, 2);
		substitution_read(r, CLOSE_PAREN);
		skip(r, 1);
	} else if (c == '{' || c == '[') {
		skip(r, 1);
		brackets_skip(r, c, c == '{' ? '}' : ']');
	} else if (c == '\'' && !r->in_double) {
		skip(r, 1);
		single_quotes_skip(r, true);
	} else {
		skip(r, c == '$' ? 2 : 1);
	}
}

/* ---- words ---- */

static size_t name_length(struct str s)
{
	size_t i = 0;

	while (i < s.n && (isalnum((unsigned char)s.p[i]) || s.p[i] == '_'))
		i++;
	return i > 0 && !isdigit((unsigned char)s.p[0]) ? i : 0;
}

bool is_shell_assignment(struct str word)
{
	size_t i = name_length(word);

	if (i && i < word.n && word.p[i] == '[')
		i += str_chr(str_sub(word, i, word.n), ']') + 1;
	if (i && i < word.n && word.p[i] == '+')
		i++;
	return i && i < word.n && word.p[i] == '=';
}

static void array_read(struct reader *r)
{
	struct shell_word element;

	for (skip(r, 1); !ended(r) && look(r, 0) != ')';) {
		blanks_skip(r);
		char c = look(r, 0);
		if (c == '\n')
			newline_read(r);
		else if (c == '#')
			comment_skip(r);
		else if (c != ')' && !word_read(r, &element))
			skip(r, 1);
	}
	skip(r, 1);
}

/* A character that is not quoted, or an expansion; what it stands for goes to the value. */
static void part_read(struct reader *r, struct shell_word *w, struct buf *value)
{
	size_t begin = r->at;
	char c = look(r, 0);

	if (c == '\\' && begin + 1 < r->text.n) {
		if (look(r, 1) != '\n')
			buf_addc(value, look(r, 1));
		skip(r, 2);
	} else if (c == '\'') {
		single_quotes_skip(r, false);
		buf_add(value, str_sub(r->text, begin + 1, r->at > begin + 1 ? r->at - 1 : r->at));
	} else if (c == '"') {
		double_quotes_skip(r);
		struct str inside = str_sub(r->text, begin + 1, r->at > begin + 1 ? r->at - 1 : r->at);
		for (size_t i = 0; i < inside.n; i++)
			w->literal = w->literal && !strchr("$`\\", inside.p[i]);
		buf_add(value, inside);
	} else if (c == '$' || c == '`') {
		special_skip(r);
		w->literal = false;
		buf_add(value, str_sub(r->text, begin, r->at));
	} else {
		w->literal = w->literal && !strchr("*?[{~", c);
		buf_addc(value, c);
		skip(r, 1);
	}
}

static bool opens_process(const struct reader *r)
{
	return (look(r, 0) == '<' || look(r, 0) == '>') && look(r, 1) == '(';
}

/* "@(a|b)": a pattern within a word. */
static bool opens_pattern(const struct reader *r)
{
	return look(r, 1) == '(' && look(r, 0) && strchr("?*+@!", look(r, 0));
}

static size_t place_of(const struct reader *r, size_t at)
{
	return r->fixed ? r->fixed_at : at;
}

bool word_read(struct reader *r, struct shell_word *w)
{
	size_t begin = r->at;
	struct buf value;

	*w = (struct shell_word){ .literal = true };
	buf_init(&value, SHELL_SCRIPT_MAX);
	while (!ended(r)) {
		if (opens_process(r)) {
			skip(r, 2);
			substitution_read(r, CLOSE_PAREN);
			skip(r, 1);
			w->literal = false;
		} else if (opens_pattern(r)) {
			skip(r, 1);
			brackets_skip(r, '(', ')');
			w->literal = false;
		} else if (look(r, 0) == '(' && r->at > begin && r->text.p[r->at - 1] == '=' &&
			is_shell_assignment(str_sub(r->text, begin, r->at))) {
			array_read(r);
		} else if (!ends_word(look(r, 0)) || look(r, 0) == '\0') {
			part_read(r, w, &value);
		} else {
			break;
		}
	}
	w->from = place_of(r, begin);
	w->to = place_of(r, r->at);
	w->value = arena_str(r->a, buf_str(&value));
	w->literal |= str_is(w->value, "["); /* no pattern, but the command */
	buf_release(&value);
	return r->at > begin;
}

/* ---- redirections and here-documents ---- */

bool redirection_read(struct reader *r)
{
	size_t digits = 0;
	struct shell_word w;

	while (isdigit((unsigned char)look(r, digits)))
		digits++;
	if (look(r, digits) == '&' && look(r, digits + 1) == '>')
		digits++;
	char c = look(r, digits);
	if ((c != '<' && c != '>') || (digits == 0 && opens_process(r)))
		return false;
	skip(r, digits);
	bool here = starts(r, "<<") && !starts(r, "<<<"), strip = starts(r, "<<-");
	for (int n = 0; n < 3 && look(r, 0) && strchr("<>&|-", look(r, 0)) && !(n && opens_process(r)); n++)
		skip(r, 1);
	blanks_skip(r);
	size_t begin = r->at;
	if (word_read(r, &w) && here) {
		struct str raw = str_sub(r->text, begin, r->at);
		bool quoted = false;
		for (size_t i = 0; i < raw.n; i++)
			quoted |= strchr("'\"\\", raw.p[i]) != NULL;
		*VEC_ADD(r->a, &r->waiting) = (struct here_document){ w.value, strip, quoted };
	}
	return true;
}

/* The substitutions in a here-document. */
static void document_expand(struct reader *r, size_t end)
{
	struct str text = r->text;

	r->text = str_sub(text, 0, end);
	r->in_double = true;
	while (!ended(r))
		if (look(r, 0) == '"' || !special_skip(r))
			skip(r, 1);
	r->in_double = false;
	r->text = text;
}

static void document_read(struct reader *r, const struct here_document *h)
{
	size_t begin = r->at, end = begin;

	while (end < r->text.n) {
		struct str rest = str_sub(r->text, end, r->text.n), line = str_sub(rest, 0, str_chr(rest, '\n'));
		size_t n = line.n + (line.n < rest.n);
		while (h->strip && line.n && line.p[0] == '\t')
			line = str_sub(line, 1, line.n);
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (str_eq(line, h->end)) {
			if (!h->quoted)
				document_expand(r, end);
			r->at = end + n;
			return;
		}
		end += n;
	}
	r->at = end;
}

void newline_read(struct reader *r)
{
	struct here_document *at = r->waiting.at;
	size_t n = r->waiting.n;

	skip(r, 1);
	r->waiting.at = NULL;
	r->waiting.n = r->waiting.room = 0;
	for (size_t i = 0; i < n; i++)
		document_read(r, &at[i]);
}
