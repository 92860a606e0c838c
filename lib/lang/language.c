#include "lang/language.h"

#include <ctype.h>
#include <string.h>

#include "base/path.h"
#include "rules/regex.h"

struct str interpreter_of(struct str text)
{
	struct str line, word, program = STR_NONE;

	if (!str_starts(text, "#!") || !str_line(&text, &line))
		return STR_NONE;
	line = str_trim(str_sub(line, 2, line.n));
	while (str_split(&line, ' ', &word)) {
		program = path_base(word);
		if (!str_is(program, "env") && program.n && program.p[0] != '-')
			break;
	}
	return program;
}

/* Two languages may share an extension: then a pattern on the text decides. */
static bool is_shared(struct node row, struct str extension, struct str text)
{
	struct arena a = ARENA_INIT;
	struct match m;

	struct str looks = node_str(node_get_str(node_get(row, "shared"), extension));

	if (!looks.p)
		return false;
	struct regex *re = regex_new_flags(&a, looks, REGEX_MULTILINE, NULL);
	bool is = re && regex_match(re, text, &m) == 1;
	regex_free(re);
	arena_free(&a);
	return is;
}

struct node language_of(const struct pack *pack, struct str path, struct str text)
{
	struct node table = pack_table(pack, "languages");
	struct str base = path_base(path), extension = path_extension(path), program = interpreter_of(text);

	for (uint32_t i = 0; i < node_count(table); i++) {
		struct node row = node_at(table, i);
		if (node_list_has(node_get(row, "names"), base))
			return row;
	}
	for (uint32_t i = 0; extension.n && i < node_count(table); i++)
		if (is_shared(node_at(table, i), extension, text))
			return node_at(table, i);
	for (uint32_t i = 0; extension.n && i < node_count(table); i++) {
		struct node row = node_at(table, i);
		if (node_list_has(node_get(row, "extensions"), extension))
			return row;
	}
	for (uint32_t i = 0; program.n && i < node_count(table); i++) {
		struct node row = node_at(table, i);
		if (node_list_has(node_get(row, "interpreters"), program))
			return row;
	}
	return (struct node){ NULL, 0 };
}

static bool here(struct str text, size_t i, struct str mark)
{
	return mark.n && text.n - i >= mark.n && memcmp(text.p + i, mark.p, mark.n) == 0;
}

static void blank(char *out, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (out[i] != '\n')
			out[i] = ' ';
}

enum { MARKS = 16, CHARACTER = 12 };

/* The marks that start comments and strings, read from the table once per text. */
struct mark {
	struct str open, close; /* close is empty for a comment that ends with the line */
	bool comment, nested, many, raw;
	bool one_character;    /* it encloses one character, or is no quotation mark */
	bool not_after_letter; /* there it is an apostrophe */
};

struct comment_marks {
	struct mark at[MARKS];
	size_t n;
	bool at_word;    /* a comment starts only at the start of a word */
	bool first[256]; /* first bytes of the marks */
};

static void mark_add(struct comment_marks *m, struct mark mark)
{
	if (m->n == MARKS || !mark.open.n)
		return;
	m->at[m->n++] = mark;
	m->first[(unsigned char)mark.open.p[0]] = true;
}

static struct comment_marks marks_of(struct node language)
{
	struct node lines = node_get(language, "line_comments"), blocks = node_get(language, "block_comments");
	struct node strings = node_get(language, "strings");
	struct comment_marks m = { .at_word = node_bool(node_get(language, "comment_at_word"), false) };
	bool nested = node_bool(node_get(language, "nested_comments"), false);

	/* First, because "--[[" also begins as "--" does. */
	for (uint32_t k = 0; k < node_list_count(blocks); k++) {
		struct node pair = node_list_at(blocks, k);
		mark_add(&m,
			(struct mark){ .open = node_str(node_at(pair, 0)),
				.close = node_str(node_at(pair, 1)),
				.comment = true,
				.nested = nested });
	}
	for (uint32_t k = 0; k < node_list_count(lines); k++)
		mark_add(&m, (struct mark){ .open = node_str(node_list_at(lines, k)), .comment = true });
	for (uint32_t k = 0; k < node_list_count(strings); k++) {
		struct node row = node_list_at(strings, k);
		struct str only = node_str(node_get(row, "only"));
		mark_add(&m,
			(struct mark){ .open = node_str(node_get(row, "quote")),
				.many = node_bool(node_get(row, "multiline"), false),
				.raw = node_bool(node_get(row, "raw"), false),
				.one_character = str_is(only, "one-character"),
				.not_after_letter = str_is(only, "not-after-letter") });
	}
	return m;
}

/* The end of the comment that starts at i and may contain others. */
static size_t nest_end(const struct mark *mark, struct str text, size_t i)
{
	int depth = 0;

	while (i < text.n) {
		if (here(text, i, mark->open)) {
			depth++;
			i += mark->open.n;
		} else if (here(text, i, mark->close)) {
			i += mark->close.n;
			if (--depth == 0)
				return i;
		} else {
			i++;
		}
	}
	return text.n;
}

/* The end of the comment that starts at i with this mark; i if there is none. */
static size_t comment_end(const struct comment_marks *m, const struct mark *mark, struct str text, size_t i)
{
	if (mark->nested)
		return nest_end(mark, text, i);
	if (mark->close.n) {
		size_t n = str_find(str_sub(text, i + mark->open.n, text.n), mark->close);
		size_t end = i + mark->open.n + n + mark->close.n;
		return end > text.n ? text.n : end;
	}
	/* In shell "#" starts a comment only at the start of a word. */
	bool at_word = i == 0 || isspace((unsigned char)text.p[i - 1]) || text.p[i - 1] == ';';
	return at_word || !m->at_word ? i + str_chr(str_sub(text, i, text.n), '\n') : i;
}

struct span {
	size_t from, to;
};

/* The end of a quoted character, possibly an escape; i if there is none, as in a lifetime. */
static size_t character_end(const struct mark *mark, struct str text, size_t i, struct span *inside)
{
	size_t j = inside->from = i + mark->open.n;

	if (j < text.n && text.p[j] == '\\')
		j += 1 + str_chr(str_sub(text, j + 2, text.n), mark->open.p[0]) + 1;
	else
		for (j++; j < text.n && ((unsigned char)text.p[j] & 0xc0) == 0x80;)
			j++;
	if (j >= text.n || j - i > CHARACTER || !here(text, j, mark->open) || memchr(text.p + i, '\n', j - i))
		return i;
	return (inside->to = j) + mark->open.n;
}

/* The end of the string that this mark opens at i, after its closing quote.  An unclosed single-line string ends with
 * the line.  *inside: the text between the quotes. */
static size_t string_end(const struct mark *mark, struct str text, size_t i, struct span *inside)
{
	inside->from = i + mark->open.n;
	for (size_t j = inside->from; j < text.n; j++) {
		if (text.p[j] == '\\' && !mark->raw && j + 1 < text.n && (mark->many || text.p[j + 1] != '\n'))
			j++;
		else if (text.p[j] == '\n' && !mark->many)
			return inside->to = j;
		else if (here(text, j, mark->open))
			return (inside->to = j) + mark->open.n;
	}
	return inside->to = text.n;
}

/* The end of the comment or string that starts at i, with the part to blank in *inside; i if none starts. */
static size_t skip_end(const struct comment_marks *m, struct str text, size_t i, struct span *inside)
{
	for (size_t k = 0; k < m->n; k++) {
		const struct mark *mark = &m->at[k];
		if (!here(text, i, mark->open) ||
			(mark->not_after_letter && i > 0 && isalnum((unsigned char)text.p[i - 1])))
			continue;
		size_t end = mark->comment  ? comment_end(m, mark, text, i) :
			mark->one_character ? character_end(mark, text, i, inside) :
					      string_end(mark, text, i, inside);
		if (mark->comment)
			*inside = (struct span){ i, end };
		if (end > i)
			return end;
	}
	return i;
}

struct str code_only(struct arena *a, struct node language, struct str text)
{
	char *out = arena_strdup(a, text);
	struct comment_marks m = marks_of(language);

	for (size_t i = 0; i < text.n;) {
		struct span inside = { i, i };
		size_t end = m.first[(unsigned char)text.p[i]] ? skip_end(&m, text, i, &inside) : i;
		if (end > i) {
			/* Keep the quotes, so that a string still counts as a token. */
			blank(out, inside.from, inside.to);
			i = end;
			continue;
		}
		i++;
	}
	return (struct str){ out, text.n };
}
