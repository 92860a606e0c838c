/* A constant of an enumeration that stands without its type, or as a string. */
#include <ctype.h>
#include <string.h>

#include "analyze/rewriting.h"
#include "rules/regex.h"

enum { FILES_MOST = 200, FOUND_MOST = 4, WORD_MOST = 60 };

struct enumeration {
	struct str name, outer; /* outer: of the type around it; empty: none */
	struct str item;
};

struct enumeration_list {
	struct enumeration at[FOUND_MOST];
	size_t n;
};

/* "not-found" and "NotFound" and "NOT_FOUND" are the same word. */
static bool is_same_word(struct str x, struct str y)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < x.n && !isalnum((unsigned char)x.p[i]))
			i++;
		while (k < y.n && !isalnum((unsigned char)y.p[k]))
			k++;
		if (i == x.n || k == y.n)
			return i == x.n && k == y.n && i > 0;
		if (tolower((unsigned char)x.p[i++]) != tolower((unsigned char)y.p[k++]))
			return false;
	}
}

/* The type in whose braces the offset is, by the row's pattern `types_around`. */
static struct str outer_of(struct rewriting *w, struct str code, size_t at)
{
	struct regex *re = regex_new_flags(w->a, node_str(node_get(w->row, "outer")), REGEX_MULTILINE, NULL);
	struct str name = STR("");
	struct match m;
	size_t from = 0;

	while (re && node_has(w->row, "outer") && from < at &&
		regex_match_from(re, str_sub(code, 0, at), from, &m) == 1 && m.whole.n) {
		from = (size_t)(m.whole.p - code.p) + m.whole.n;
		size_t end = bracket_end(code, from - 1);
		if (end == SIZE_MAX || end > at)
			name = match_get(&m, "name");
	}
	regex_free(re);
	return name;
}

static void items_look(struct rewriting *w, struct str code, size_t open, struct str name, struct str word, bool exact,
	struct enumeration_list *out)
{
	struct item_list items;

	if (!items_at(w->a, code, open, &items))
		return;
	for (size_t i = 0; i < items.n && out->n < FOUND_MOST; i++) {
		size_t end = items.at[i].begin;
		while (end < items.at[i].end && is_word_char(code.p[end]))
			end++;
		struct str item = str_sub(code, items.at[i].begin, end);
		if (exact ? str_eq(item, word) : is_same_word(item, word))
			out->at[out->n++] = (struct enumeration){ name, outer_of(w, code, open), item };
	}
}

static void enumerations_with(struct rewriting *w, struct str word, bool exact, struct enumeration_list *out)
{
	const struct text *files[FILES_MOST];
	size_t n = files_of(w->a, w->view, w->row, files, FILES_MOST);

	for (size_t i = 0; i < n; i++) {
		struct regex *re = regex_new(w->a, node_str(node_get(w->row, "lists")), NULL);
		struct str code = code_of(w->pack, w->view, files[i]);
		struct match m;
		for (size_t at = 0; re && at < code.n && regex_match_from(re, code, at, &m) == 1 && m.whole.n;) {
			at = (size_t)(m.whole.p - code.p) + m.whole.n;
			if (match_get(&m, "name").n)
				items_look(w, code, at - 1, match_get(&m, "name"), word, exact, out);
		}
		regex_free(re);
	}
}

/* The word or the string at the place; false: neither is there. */
static bool word_at(struct rewriting *w, struct span *at, struct str *word, bool *quoted)
{
	struct str text = w->x->all;
	size_t end = w->at;

	*quoted = w->at < w->end && strchr("\"'", text.p[w->at]);
	if (*quoted) {
		char mark = text.p[end++];
		while (end < w->end && text.p[end] != mark)
			end++;
		*at = (struct span){ w->at, end + 1 };
		*word = str_sub(text, w->at + 1, end);
		return end < w->end && word->n && word->n < WORD_MOST;
	}
	while (end < w->end && is_word_char(text.p[end]))
		end++;
	*at = (struct span){ w->at, end };
	*word = str_sub(text, w->at, end);
	return word->n > 0;
}

void rewrite_constant(struct rewriting *w)
{
	struct str joint = node_str(node_get(w->row, "joint")), word;
	struct enumeration_list found = { 0 };
	struct span at;
	bool quoted;

	if (!w->has_column || !joint.n || !word_at(w, &at, &word, &quoted))
		return;
	enumerations_with(w, word, !quoted, &found);
	for (size_t i = 0; i < found.n; i++) {
		const struct enumeration *e = &found.at[i];
		struct str whole = arena_printf(
			w->a, "%.*s%.*s%.*s", STR_ARG(e->name), STR_ARG(joint), STR_ARG(e->item));
		if (found.n > 1 && str_or_empty(w->want).n && !str_eq(e->name, w->want))
			continue;
		/* Within the outer type its name is not needed. */
		if (e->outer.n && !str_eq(e->outer, outer_of(w, w->code, w->at)))
			whole = arena_printf(w->a, "%.*s%.*s%.*s", STR_ARG(e->outer), STR_ARG(joint), STR_ARG(whole));
		rewrite_add(w, 1, w->x, at, whole,
			arena_printf(w->a, "Write %.*s instead of %.*s in %.*s.", STR_ARG(whole),
				STR_ARG(str_sub(w->x->all, at.begin, at.end)), STR_ARG(w->x->path)));
	}
}
