#include "fix/rebase_edits.h"

#include "journal/journal.h"
#include "tree/diff.h"

/* The file in an applied entry of this project, or NULL; *i: its index. */
static const struct json *row_in(const struct journal_entry *e, const struct tree *t, struct str name, size_t *i)
{
	*i = 0;
	if (!str_is(e->state, "applied") || !str_eq(e->root, t->path))
		return NULL;
	JSON_EACH(row, json_get(e->manifest, "files")) {
		if (str_eq(json_str(json_get(row, "path")), name))
			return row;
		++*i;
	}
	return NULL;
}

bool older_content(struct arena *a, const struct tree *t, struct str name, struct str sha, struct str present_sha,
	struct str *content)
{
	struct journal_entry *at;
	struct str now = sha;
	size_t n, row_number;
	bool found = false;

	if (!journal_list(a, STR_NONE, &at, &n, NULL))
		return false;
	for (size_t i = n; i-- > 0 && !(found && str_eq(now, present_sha));) { /* oldest first */
		const struct json *row = row_in(&at[i], t, name, &row_number);
		if (!row || !str_eq(json_str(json_get(row, "old")), now))
			continue;
		if (!found && !journal_old(a, &at[i], row_number, content, NULL))
			return false;
		found = true;
		now = json_str(json_get(row, "new"));
	}
	return found && str_eq(now, present_sha);
}

static struct str lines_between(struct str text, size_t begin, size_t end)
{
	size_t from = text.n, at = 0;

	for (size_t line = 0; line <= end; line++) {
		if (line == begin)
			from = at;
		if (line == end || at >= text.n)
			break;
		at += str_chr(str_sub(text, at, text.n), '\n') + 1;
	}
	return str_sub(text, from, at);
}

/* Find a line of base (from 0) in the present text; false: it was changed or deleted. */
static bool rebase_line(const struct hunks *h, size_t line, size_t *out)
{
	long shift = 0;

	for (size_t i = 0; i < h->n && h->at[i].old_begin <= line; i++) {
		if (line < h->at[i].old_end)
			return false;
		shift += (long)(h->at[i].new_end - h->at[i].new_begin) - (long)(h->at[i].old_end - h->at[i].old_begin);
	}
	*out = (size_t)((long)line + shift);
	return true;
}

/* Were the same lines inserted in this place? */
static bool is_there(struct arena *a, const struct hunks *h, struct str present, const struct edit *e)
{
	if (e->line != e->end_line || e->column != 1 || e->end_column != 1)
		return false;
	for (size_t i = 0; i < h->n; i++) {
		const struct hunk *k = &h->at[i];
		if (k->old_begin != e->line - 1 || k->old_end != k->old_begin)
			continue;
		/* Several fixes may have inserted lines here, in any order. */
		struct str came = lines_between(present, k->new_begin, k->new_end);
		struct str text = arena_join(a, STR("\n"), e->text);
		if (str_ends(e->text, "\n") && str_find(arena_join(a, STR("\n"), came), text) <= came.n)
			return true;
	}
	return false;
}

static bool carry(const struct hunks *h, struct edit *e)
{
	size_t first = e->line - 1, last = e->end_line - 1, to = 0, end = 0;
	bool to_line_start = e->end_column == 1 && last > first;

	if (to_line_start)
		last--;
	for (size_t line = first; line <= last; line++)
		if (!rebase_line(h, line, &end) || (line == first && !rebase_line(h, line, &to)) ||
			end - to != line - first)
			return false;
	e->end_line = end + 1 + to_line_start;
	e->line = to + 1;
	return true;
}

bool edits_rebase(struct arena *a, struct str base, struct str present, struct edit *edits, size_t *n, struct err *err)
{
	struct hunks h = diff_lines(a, base, present);
	size_t kept = 0, offset;

	for (size_t i = 0; i < *n; i++) {
		struct edit e = edits[i];
		if (!edit_offset(base, e.line, e.column, &offset, err) ||
			!edit_offset(base, e.end_line, e.end_column, &offset, err))
			return false;
		if (e.end_line < e.line)
			return err_set(err, HEAL_WRONG, "the end of an edit is before its start");
		if (is_there(a, &h, present, &e))
			continue;
		if (!carry(&h, &e))
			return err_set(err, HEAL_WRONG, "line %zu was changed by another fix", e.line);
		edits[kept++] = e;
	}
	*n = kept;
	return true;
}
