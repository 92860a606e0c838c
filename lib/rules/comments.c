#include "rules/comments.h"

#include "base/vec.h"

struct comment_span {
	struct yaml_mark begin, end;
};

struct text_search {
	struct arena *a;
	VEC(struct comment_span) texts; /* texts in which a "#" is not a comment, in order */
	VEC(struct yaml *) items;       /* members and elements, in order */
};

static bool is_before(struct yaml_mark x, struct yaml_mark y)
{
	return x.line != y.line ? x.line < y.line : x.column < y.column;
}

static struct yaml_mark item_begin(const struct yaml *v)
{
	return v->key.p ? v->key_begin : v->begin;
}

static void gather(struct text_search *s, struct yaml *v)
{
	if (v->kind == YAML_TEXT)
		*VEC_ADD(s->a, &s->texts) = (struct comment_span){ v->begin, v->end };
	YAML_EACH(item, v) {
		*VEC_ADD(s->a, &s->items) = item;
		if (item->key.p)
			*VEC_ADD(s->a, &s->texts) = (struct comment_span){ item->key_begin, item->key_end };
		gather(s, item);
	}
}

/* The text that contains the mark, or the first one after it; texts before `from` end before the mark. */
static bool in_text(const struct text_search *s, size_t *from, struct yaml_mark at)
{
	while (*from < s->texts.n && !is_before(at, s->texts.at[*from].end))
		(*from)++;
	return *from < s->texts.n && !is_before(at, s->texts.at[*from].begin);
}

/* The offset and column of the line's comment; the line's length if it has none. */
static size_t comment_in(const struct text_search *s, struct str line, uint32_t number, size_t *from)
{
	struct yaml_mark at = { number, 0 };

	for (size_t i = 0; i < line.n; i++) {
		if (((unsigned char)line.p[i] & 0xc0) == 0x80)
			continue;
		bool parted = i == 0 || line.p[i - 1] == ' ' || line.p[i - 1] == '\t';
		if (line.p[i] == '#' && parted && !in_text(s, from, at))
			return i;
		at.column++;
	}
	return line.n;
}

static void line_add(struct arena *a, struct str *to, struct str line)
{
	if (line.n == 0 && (to->n == 0 || str_ends(*to, "\n\n")) && to->n)
		return;
	*to = arena_printf(a, "%.*s%.*s\n", STR_ARG(*to), STR_ARG(line));
}

/* The first item that begins after the mark, or NULL. */
static struct yaml *item_after(const struct text_search *s, struct yaml_mark at)
{
	for (size_t i = 0; i < s->items.n; i++)
		if (is_before(at, item_begin(s->items.at[i])))
			return s->items.at[i];
	return NULL;
}

/* The outermost item that ends in the line, before the mark; else the last that begins before. */
static struct yaml *item_at(const struct text_search *s, struct yaml_mark at)
{
	struct yaml *last = NULL;

	for (size_t i = 0; i < s->items.n && is_before(item_begin(s->items.at[i]), at); i++) {
		last = s->items.at[i];
		if (last->end.line == at.line && !is_before(at, last->end))
			return last;
	}
	return last;
}

static void after_set(struct text_search *s, struct yaml *item, struct yaml_mark at, struct str comment)
{
	if (item->end.line == at.line && !is_before(at, item->end) && !item->trailing.n)
		item->trailing = comment;
	else
		line_add(s->a, &item->before, comment);
}

/* A blank line above the item or its comments is kept. */
static void gaps_set(struct text_search *s, struct str text)
{
	struct str line;
	uint32_t number = 0;
	size_t i = 0;

	for (bool blank = false; str_line(&text, &line); number++) {
		while (i < s->items.n && item_begin(s->items.at[i]).line < number)
			i++;
		if (blank && i < s->items.n && item_begin(s->items.at[i]).line == number)
			line_add(s->a, &s->items.at[i]->before, STR(""));
		blank = str_trim(line).n == 0;
	}
}

size_t comments_attach(struct arena *a, struct str text, struct yaml *top)
{
	struct text_search s = { .a = a };
	struct str rest = text, line;
	size_t from = 0, n = 0;
	bool blank = false;

	gather(&s, top);
	for (uint32_t number = 0; str_line(&rest, &line); number++) {
		size_t at = comment_in(&s, line, number, &from);
		struct str comment = str_rtrim(str_sub(line, at, line.n));
		struct yaml_mark mark = { number, (uint32_t)at };
		struct yaml *item = !comment.n           ? NULL :
			str_trim(str_sub(line, 0, at)).n ? item_at(&s, mark) :
							   item_after(&s, mark);
		bool own_line = str_trim(str_sub(line, 0, at)).n == 0;
		if (comment.n && !own_line && item) {
			after_set(&s, item, mark, comment);
		} else if (comment.n) {
			struct str *to = item ? &item->before : &top->trailing;
			if (blank)
				line_add(a, to, STR(""));
			line_add(a, to, comment);
		}
		n += comment.n > 0;
		blank = str_trim(line).n == 0;
	}
	gaps_set(&s, text);
	return n;
}
