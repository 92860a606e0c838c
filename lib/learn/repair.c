#include "learn/repair.h"

#include "lang/language.h"
#include "redact/redact.h"
#include "tree/diff.h"
#include "tree/source_tree.h"

enum { LINE_MOST = 300, MESSAGE_MOST = 400 };

static bool refuse(const char **why, const char *reason)
{
	*why = reason;
	return false;
}

/* The changed line, if it is one. */
static bool one_line(struct arena *a, const struct repair *r, struct line_change *out, const char **why)
{
	struct hunks all = diff_lines(a, r->before, r->after);
	const struct text *old = text_new(a, r->file, r->before), *new = text_new(a, r->file, r->after);

	if (all.n != 1)
		return refuse(why, all.n ? "it changes several places" : "it changes nothing");
	struct hunk h = all.at[0];
	size_t gone = h.old_end - h.old_begin, come = h.new_end - h.new_begin;
	if (gone > 1 || come > 1)
		return refuse(why, "it changes several lines");
	out->kind = gone && come ? LINE_EDITED : come ? LINE_INSERTED : LINE_DELETED;
	out->line = (int64_t)(gone ? h.old_begin + 1 : h.old_begin);
	out->old = gone ? text_line(old, out->line) : STR_NONE;
	out->new = come ? text_line(new, (int64_t)h.new_begin + 1) : STR_NONE;
	return true;
}

static bool blank_between(const struct text *x, int64_t from, int64_t to)
{
	for (; from < to; from++)
		if (str_trim(text_line(x, from)).n)
			return false;
	return true;
}

static enum line_place place_of(struct arena *a, const struct line_change *c)
{
	int64_t line = c->of->line;

	if (line < 1)
		return PLACE_ELSEWHERE;
	/* More than a line of what is below the change is always known. */
	int64_t lines = (int64_t)text_new(a, c->of->file, c->of->before)->lines;
	if (c->kind == LINE_INSERTED && c->line == lines && line >= lines)
		return PLACE_END;
	if (c->kind == LINE_INSERTED)
		return c->line == line ? PLACE_NEXT : c->line == line - 1 ? PLACE_ABOVE : PLACE_ELSEWHERE;
	if (c->line == line)
		return PLACE_SAME;
	if (c->line == line + 1)
		return PLACE_NEXT;
	if (c->line < line && blank_between(text_new(a, c->of->file, c->of->before), c->line + 1, line))
		return PLACE_ABOVE;
	return PLACE_ELSEWHERE;
}

/* The line in the text with comments and strings blanked. */
static struct str code_of(struct arena *a, struct node language, struct str text, struct str line)
{
	struct str code = code_only(a, language, text);
	size_t at = line.p ? (size_t)(line.p - text.p) : 0;

	return line.p && code.n == text.n ? str_sub(code, at, at + line.n) : STR_NONE;
}

static bool is_plain(struct str text, size_t most)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < 0x20 && text.p[i] != '\t')
			return false;
	return text.n <= most && utf8_valid(text);
}

static bool has_secret(struct arena *a, struct str text)
{
	return text.n &&
		(str_find(text, STR("[redacted:")) < text.n || !str_eq(redact_text(a, text, REDACT_PLAIN), text));
}

/* Between words: signs, or blanks. */
static bool separates(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (part_is_word(str_sub(text, i, i + 1)))
			return false;
	return text.n > 0;
}

/* A sign that was lost or added between two words made one word of them, or of one two: "lenpath)" for "len(path)".
 * Then the sign is what was changed, and not the words. */
static void joined_words_split(struct line_change *c)
{
	struct str old = c->old, new = c->new;
	size_t head = 0, tail = 0;

	while (head < old.n && head < new.n &&old.p[head] == new.p[head])
		head++;
	while (tail < old.n - head && tail < new.n - head &&old.p[old.n - 1 - tail] == new.p[new.n - 1 - tail])
		tail++;
	struct str gone = str_sub(old, head, old.n - tail), come = str_sub(new, head, new.n - tail);
	if (!gone.n && separates(come))
		parts_split(&c->old_parts, head);
	if (!come.n && separates(gone))
		parts_split(&c->new_parts, head);
}

bool line_change_read(
	struct arena *a, const struct pack *pack, const struct repair *r, struct line_change *out, const char **why)
{
	*out = (struct line_change){ .of = r };
	if (!r->rule.n || !r->message.n || !r->file.n || !is_plain(r->message, MESSAGE_MOST))
		return refuse(why, "its error has no message of one line, or no file");
	if (!one_line(a, r, out, why))
		return false;
	if (!is_plain(out->old, LINE_MOST) || !is_plain(out->new, LINE_MOST))
		return refuse(why, "the changed line is long, or no text");
	if (has_secret(a, out->old) || has_secret(a, out->new) || has_secret(a, r->message))
		return refuse(why, "it contains a secret");
	out->place = place_of(a, out);
	out->language = language_of(pack, r->file, r->before);
	out->old_parts = parts_of(a, out->old, code_of(a, out->language, r->before, out->old));
	out->new_parts = parts_of(a, out->new, code_of(a, out->language, r->after, out->new));
	if ((out->old.n && !out->old_parts.n) || (out->new.n && !out->new_parts.n))
		return refuse(why, "the changed line has too many tokens");
	if (out->kind == LINE_EDITED)
		joined_words_split(out);
	if (out->kind == LINE_EDITED)
		out->n = parts_compare(a, &out->old_parts, &out->new_parts, out->changes);
	return out->n <= CHANGES_MOST || refuse(why, "the line is changed in too many places");
}
