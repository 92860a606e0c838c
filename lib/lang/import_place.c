#include "lang/import_place.h"

#include "lang/call_shape.h"
#include "rules/regex.h"

static struct str code_line(const struct import_text *t, int64_t line)
{
	size_t begin = t->x->line_at[line - 1];

	return str_sub(t->code, begin, begin + text_line(t->x, line).n);
}

/* Does the line begin with code? */
static bool is_code(const struct import_text *t, int64_t line)
{
	struct str raw = text_line(t->x, line), code = code_line(t, line);
	size_t i = 0;

	while (i < raw.n && (raw.p[i] == ' ' || raw.p[i] == '\t'))
		i++;
	return i < raw.n && code.p[i] == raw.p[i];
}

static bool is_import(const struct import_text *t, struct regex *re, int64_t line)
{
	return line <= (int64_t)t->x->lines && is_code(t, line) && regex_match(re, text_line(t->x, line), NULL) == 1;
}

/* The last line of the statement that begins on this one. */
static int64_t last_line_of(const struct import_text *t, int64_t line)
{
	size_t end = t->x->line_at[line - 1] + text_line(t->x, line).n;
	int64_t last = line, column;

	for (size_t i = t->x->line_at[line - 1]; i < end; i++) {
		if (t->code.p[i] != '(' && t->code.p[i] != '{' && t->code.p[i] != '[')
			continue;
		size_t shut = bracket_end(t->code, i);
		if (shut == SIZE_MAX)
			return line;
		i = shut - 1;
		text_place(t->x, i, &last, &column);
		end = t->x->line_at[last - 1] + text_line(t->x, last).n;
	}
	return last;
}

static int64_t first_import(const struct import_text *t, struct regex *re)
{
	int64_t line = 1;

	while (line <= (int64_t)t->x->lines && !is_import(t, re, line))
		line++;
	return line <= (int64_t)t->x->lines ? line : 0;
}

/* The last line of the first group of imports, which may contain blank lines. */
static int64_t group_end(const struct import_text *t, struct regex *re, int64_t first)
{
	int64_t last = last_line_of(t, first);

	for (int64_t line = last + 1; line <= (int64_t)t->x->lines; line++) {
		if (is_import(t, re, line))
			line = last = last_line_of(t, line);
		else if (str_trim(text_line(t->x, line)).n)
			break;
	}
	return last;
}

static struct str first_word(struct str line)
{
	size_t n = 0;

	line = str_trim(line);
	while (n < line.n && line.p[n] != ' ' && line.p[n] != '\t')
		n++;
	return str_sub(line, 0, n);
}

/* Among those of its kind, as sorted; before all of the group if none is of its kind. */
static int64_t place_in_group(const struct import_text *t, struct regex *re, int64_t first, struct str statement)
{
	struct str kind = first_word(statement);
	int64_t place = 0;

	for (int64_t line = first; is_import(t, re, line); line = last_line_of(t, line) + 1) {
		struct str other = str_trim(text_line(t->x, line));
		bool is_same = str_eq(first_word(other), kind);
		if (is_same && str_cmp(other, str_trim(statement)) > 0)
			return line - 1;
		if (is_same)
			place = last_line_of(t, line);
		else if (place)
			break;
	}
	return place ? place : first - 1;
}

/* Below the line that opens the list: skip the lines that sort before the statement, as formatters require. */
static int64_t place_in_list(const struct text *x, int64_t line, struct str statement)
{
	statement = str_trim(statement);
	while (statement.n && line < (int64_t)x->lines) {
		struct str next = str_trim(text_line(x, line + 1));
		if (next.n == 0 || next.p[0] != statement.p[0] || str_cmp(next, statement) > 0)
			break;
		line++;
	}
	return line;
}

/* Above the comment that ends with the line, and belongs to what follows; one that begins the file does not. */
static int64_t above_comment(const struct import_text *t, int64_t line)
{
	int64_t above = line;

	while (above > 0 && str_trim(text_line(t->x, above)).n && str_trim(code_line(t, above)).n == 0)
		above--;
	return above > 0 && str_trim(text_line(t->x, above)).n == 0 ? above : line;
}

/* The last of the lines from the top that the pattern matches without their comments and strings. */
static int64_t top_end(const struct import_text *t, struct regex *skip)
{
	int64_t line = 1;

	while (line <= (int64_t)t->x->lines && regex_match(skip, code_line(t, line), NULL) == 1)
		line++;
	return above_comment(t, line - 1);
}

int64_t import_place(const struct import_text *t, struct node style, struct str statement)
{
	static const char *const ways[] = { "before", "after", "top" };
	struct str place = node_str(node_get(style, "place")); /* first, sorted, or after all of them */
	size_t way = 0;

	while (way < 2 && !node_has(style, ways[way]))
		way++;
	struct regex *re = regex_lazy(t->a, node_str(node_get(style, ways[way])), REGEX_PLAIN);
	int64_t first = way < 2 ? first_import(t, re) : 0;
	int64_t line = way == 2         ? top_end(t, re) :
		first == 0              ? -1 :
		way == 0                ? place_in_group(t, re, first, statement) :
		str_is(place, "sorted") ? place_in_list(t->x, first, statement) :
		place.n                 ? first :
					  group_end(t, re, first);
	regex_free(re);
	return line;
}
