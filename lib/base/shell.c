#include "base/shell.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/vec.h"

struct splitter {
	struct arena *a;
	struct str text;
	size_t at;
	VEC(struct shell_command) commands;
	VEC(struct shell_word) words; /* of the current command */
	size_t end;                   /* end of its last word or redirection */
	bool simple;
};

static char char_at(const struct splitter *s, size_t i)
{
	return i < s->text.n ? s->text.p[i] : '\0';
}

static bool ends_word(char c)
{
	return c == '\0' || strchr(" \t\n;&|()<>", c) != NULL;
}

/* Skip "$(...)" or "`...`", to the end of the text if it is not closed. */
static size_t substitution_end(const struct splitter *s, size_t i)
{
	char open = char_at(s, i);
	int depth = 0;

	for (; i < s->text.n; i++) {
		char c = s->text.p[i];
		if (c == '\\')
			i++;
		else if (c == '(')
			depth++;
		else if ((c == ')' && --depth == 0) || (open == '`' && c == '`' && depth++ > 0))
			return i + 1;
	}
	return s->text.n;
}

/* Parse a quoted part; returns the position after it. */
static size_t quoted(struct splitter *s, size_t i, struct buf *value, bool *literal)
{
	char quote = s->text.p[i++];

	for (; i < s->text.n && s->text.p[i] != quote; i++) {
		char c = s->text.p[i];
		if (quote == '"' && c == '\\' && i + 1 < s->text.n && strchr("\"\\$`\n", s->text.p[i + 1]))
			c = s->text.p[++i];
		else if (quote == '"' && (c == '$' || c == '`'))
			*literal = false;
		buf_addc(value, c);
	}
	if (i >= s->text.n)
		*literal = false; /* not closed */
	return i < s->text.n ? i + 1 : i;
}

static void word_take(struct splitter *s, struct shell_word *w)
{
	struct buf value;

	*w = (struct shell_word){ .from = s->at, .literal = char_at(s, s->at) != '~' };
	buf_init(&value, SHELL_LINE_MAX);
	while (s->at < s->text.n && !ends_word(s->text.p[s->at])) {
		char c = s->text.p[s->at];
		if (c == '\'' || c == '"') {
			s->at = quoted(s, s->at, &value, &w->literal);
		} else if (c == '\\' && s->at + 1 < s->text.n) {
			buf_addc(&value, s->text.p[s->at + 1]);
			s->at += 2;
		} else if ((c == '$' && char_at(s, s->at + 1) == '(') || c == '`') {
			size_t end = substitution_end(s, c == '$' ? s->at + 1 : s->at);
			buf_add(&value, str_sub(s->text, s->at, end));
			s->at = end;
			w->literal = false;
		} else {
			w->literal = w->literal && !strchr("$*?[{\\", c);
			buf_addc(&value, c);
			s->at++;
		}
	}
	w->to = s->at;
	w->value = arena_str(s->a, buf_str(&value));
	buf_release(&value);
}

/* "2>file", "<in", "<<<word", "&>log": part of the command, but not a word. */
static bool redirection_take(struct splitter *s)
{
	struct shell_word target;
	size_t i = s->at;

	while (isdigit((unsigned char)char_at(s, i)))
		i++;
	if (char_at(s, i) == '&' && char_at(s, i + 1) == '>')
		i++;
	if (char_at(s, i) != '<' && char_at(s, i) != '>')
		return false;
	while (char_at(s, i) && strchr("<>&|", char_at(s, i)))
		i++;
	while (char_at(s, i) == ' ' || char_at(s, i) == '\t')
		i++;
	s->at = i;
	word_take(s, &target);
	s->end = s->at;
	s->simple = false;
	return true;
}

static void command_end(struct splitter *s)
{
	if (s->words.n) {
		struct shell_command c = { s->words.at[0].from, s->end, s->words.at, s->words.n };
		*VEC_ADD(s->a, &s->commands) = c;
	}
	s->words.at = NULL;
	s->words.n = s->words.room = 0;
}

static void one_take(struct splitter *s)
{
	char c = s->text.p[s->at];
	struct shell_word w;

	if (c == ' ' || c == '\t' || (c == '\\' && char_at(s, s->at + 1) == '\n')) {
		s->at += c == '\\' ? 2 : 1;
	} else if (c == '#') {
		s->at += str_chr(str_sub(s->text, s->at, s->text.n), '\n');
		s->simple = false;
	} else if (redirection_take(s)) {
		return;
	} else if (ends_word(c)) {
		command_end(s);
		s->simple = false;
		s->at++;
	} else {
		word_take(s, &w);
		s->end = s->at;
		s->simple = s->simple && w.literal;
		*VEC_ADD(s->a, &s->words) = w;
	}
}

struct shell_line shell_split(struct arena *a, struct str text)
{
	struct splitter s = { .a = a, .text = text, .simple = true };

	if (text.n > SHELL_LINE_MAX || (text.n && memchr(text.p, '\0', text.n)))
		return (struct shell_line){ .text = text };
	while (s.at < text.n)
		one_take(&s);
	command_end(&s);
	return (struct shell_line){ text, s.commands.at, s.commands.n, s.simple && s.commands.n == 1 };
}

struct str shell_quote(struct arena *a, struct str word)
{
	struct str out = STR("'"), rest = word, piece;
	bool plain = word.n > 0 && word.p[0] != '~' && word.p[0] != '#', first = true;

	for (size_t i = 0; i < word.n; i++)
		plain = plain &&
			(isalnum((unsigned char)word.p[i]) || (unsigned char)word.p[i] >= 0x80 ||
				(word.p[i] && strchr("_-.,/:=+@%^~#", word.p[i])));
	if (plain)
		return word;
	while (str_split(&rest, '\'', &piece)) {
		out = arena_printf(a, "%.*s%s%.*s", STR_ARG(out), first ? "" : "'\\''", STR_ARG(piece));
		first = false;
	}
	return arena_join(a, out, STR("'"));
}
