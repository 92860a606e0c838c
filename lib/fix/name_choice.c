#include "fix/name_choice.h"

#include <ctype.h>
#include <string.h>

#include "analyze/recent_changes.h"
#include "base/nearest.h"
#include "base/vec.h"
#include "lang/language.h"
#include "rules/pack_image.h"
#include "tree/diff.h"

enum {
	WORDS_MAX = 400,
	NEAR_MOST = 200,
	STATES = 2,
	KEYS = 40 /* more than the difference of a neighbouring key to another one */
};

struct words {
	VEC(struct str) all;
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The next word from *at on that is no number. */
static bool word_next(struct str text, size_t *at, struct str *word)
{
	for (size_t i = *at; i < text.n; i++) {
		size_t begin = i;
		while (i < text.n && is_word(text.p[i]))
			i++;
		if (i > begin && !isdigit((unsigned char)text.p[begin])) {
			*at = i;
			*word = str_sub(text, begin, i);
			return true;
		}
	}
	return false;
}

/* The words of the lines [begin, end) of a text that the other text's changed lines do not have. */
static void words_of_lines(struct arena *a, struct str text, const struct hunks *h, bool new, struct words *out)
{
	struct str line, word;

	for (size_t n = 0, k = 0; str_line(&text, &line); n++) {
		while (k < h->n && n >= (new ? h->at[k].new_end : h->at[k].old_end))
			k++;
		if (k == h->n || n < (new ? h->at[k].new_begin : h->at[k].old_begin))
			continue;
		for (size_t at = 0; out->all.n < WORDS_MAX && word_next(line, &at, &word);)
			if (!str_among(out->all.at, out->all.n, word))
				*VEC_ADD(a, &out->all) = word;
	}
}

static void words_drop(struct words *from, const struct words *both)
{
	size_t n = 0;

	for (size_t i = 0; i < from->all.n; i++)
		if (!str_among(both->all.at, both->all.n, from->all.at[i]))
			from->all.at[n++] = from->all.at[i];
	from->all.n = n;
}

/* The words that only the changed lines of one of the texts have. */
static void words_changed(struct arena *a, struct str old, struct str new, struct words *gone, struct words *came)
{
	struct hunks h = diff_lines(a, old, new);
	struct words all = { 0 };

	words_of_lines(a, old, &h, false, gone);
	words_of_lines(a, new, &h, true, came);
	for (size_t i = 0; i < gone->all.n; i++)
		*VEC_ADD(a, &all.all) = gone->all.at[i];
	words_drop(gone, came);
	words_drop(came, &all);
}

/* ---- names that differ in their numbers ---- */

/* Both have a number, and the rest is the same. */
static bool differ_in_number(struct str x, struct str y)
{
	size_t i = 0, k = 0, digits_x = 0, digits_y = 0;

	while (i < x.n || k < y.n) {
		if (i < x.n && isdigit((unsigned char)x.p[i])) {
			digits_x++, i++;
		} else if (k < y.n && isdigit((unsigned char)y.p[k])) {
			digits_y++, k++;
		} else if (i < x.n && k < y.n && x.p[i] == y.p[k]) {
			i++, k++;
		} else {
			return false;
		}
	}
	return digits_x && digits_y && !str_eq(x, y);
}

/* "/v2", "@v4": a version of what stands before it, not a name. */
static bool is_version(struct str text, struct str word)
{
	return word.n > 1 && word.p[0] == 'v' && isdigit((unsigned char)word.p[1]) && word.p > text.p &&
		(word.p[-1] == '/' || word.p[-1] == '@');
}

/* ---- names that are equally near ---- */

/* What a name is used as: the word before it where it first stands in the code, and the sign after it. */
struct use {
	struct str before;
	char after;
};

static struct use use_of(struct str code, struct str name, struct str line)
{
	struct use u = { STR(""), '\0' };
	struct str last = STR(""), word;

	for (size_t at = 0; word_next(code, &at, &word);) {
		bool is_changed = word.p >= line.p && word.p < line.p + line.n;
		if (str_eq(word, name) && !is_changed) {
			bool beside = last.n &&
				str_chr(str_sub(code, (size_t)(last.p - code.p), at), '\n') ==
					at - (size_t)(last.p - code.p);
			u.before = beside ? last : STR("");
			while (at < code.n && code.p[at] == ' ')
				at++;
			u.after = at < code.n ? code.p[at] : '\0';
			return u;
		}
		last = word;
	}
	return u;
}

static bool is_same_kind(struct use x, struct use y)
{
	return x.after && x.after == y.after && str_eq(x.before, y.before);
}

/* Where one letter is replaced by another, a neighbouring key is little evidence. */
static bool is_as_near(struct str old, struct str new, struct str rival)
{
	int margin = old.n == new.n &&old.n == rival.n ? KEYS : 0;

	return word_distance(old, rival) <= word_distance(old, new) + margin;
}

/* Another name of the code that is as near to the old one; empty: there is none.  line: the first changed one. */
static struct str rival_of(struct str code, struct str old, struct str new, struct str line)
{
	struct use wanted = use_of(code, new, line);
	struct str word, seen[NEAR_MOST];
	size_t n = 0;

	if (word_distance(old, new) > word_tolerance(old) || !wanted.after)
		return STR("");
	for (size_t at = 0; word_next(code, &at, &word);) {
		if (str_eq(word, new) || str_eq(word, old) || str_among(seen, n, word) || !is_as_near(old, new, word))
			continue;
		if (n == NEAR_MOST || is_same_kind(wanted, use_of(code, word, line)))
			return word;
		seen[n++] = word;
	}
	return STR("");
}

/* ---- what supports a name ---- */

/* Is it the name, or its last part: "math.isnan"? */
static bool ends_with_name(struct str text, struct str name)
{
	return text.n >= name.n && str_eq(str_sub(text, text.n - name.n, text.n), name) &&
		(text.n == name.n || !is_word(text.p[text.n - name.n - 1]));
}

static bool table_has(const struct pack *pack, struct str old, struct str new)
{
	struct node any = pack_table(pack, "languages");
	const struct image_head *head = (const void *)any.image;
	struct node tables = head ? (struct node){ any.image, head->tables } : any;

	for (uint32_t i = 0; i < node_count(tables); i++) {
		struct node table = node_at(tables, i);
		for (uint32_t k = 0; k < (node_kind(table) == NODE_MAP ? node_count(table) : 0); k++)
			if (ends_with_name(node_key(table, k), old) && str_has_word(node_str(node_at(table, k)), new))
				return true;
	}
	return false;
}

static bool was_renamed(struct arena *a, struct str was, struct str now, struct str old, struct str new)
{
	struct words gone = { 0 }, came = { 0 };

	words_changed(a, was, now, &gone, &came);
	return str_among(gone.all.at, gone.all.n, old) && str_among(came.all.at, came.all.n, new);
}

static bool history_has(struct arena *a, const struct pack *pack, const struct tree *t, struct str old, struct str new)
{
	struct source_tree *project = source_new(arena_strdup(a, t->path), arena_strdup(a, t->path), NULL);
	struct changes c;
	bool found = false;

	for (size_t i = 0; project && i < STATES && !found && changes_since(a, pack, project, i, &c); i++)
		for (size_t k = 0; k < c.n && !found; k++) {
			const struct text *now = c.at[k].was.p ? source_read(project, c.at[k].path) : NULL;
			found = now && was_renamed(a, c.at[k].was, now->all, old, new);
		}
	source_free(project);
	return found;
}

/* ---- the change ---- */

static struct str line_around(struct str text, struct str word)
{
	size_t begin = (size_t)(word.p - text.p), end = begin + str_chr(str_sub(text, begin, text.n), '\n');

	while (begin > 0 && text.p[begin - 1] != '\n')
		begin--;
	return str_sub(text, begin, end);
}

/* The name without the underscores around it; the whole name where it has no others. */
static struct str bare_name(struct str name)
{
	size_t begin = 0, end = name.n;

	while (begin < end && name.p[begin] == '_')
		begin++;
	while (end > begin && name.p[end - 1] == '_')
		end--;
	return str_sub(name, begin, end);
}

/* "_Connection" and "Connection" are two names in many projects: the first imports or wraps the second. */
static bool lacks_underscores(struct str old, struct str new)
{
	return str_eq(bare_name(old), bare_name(new)) && old.n > new.n;
}

static size_t times_used(struct str code, struct str name)
{
	struct str word;
	size_t n = 0;

	for (size_t at = 0; word_next(code, &at, &word);)
		n += str_eq(word, name);
	return n;
}

/* Where the file has both, the spelling that it has more often is rarely the misspelt one: the definition may be, or it
 * is lost. */
static bool is_usual(struct arena *a, struct node language, const struct change *c, struct str old, struct str new)
{
	struct str code = code_only(a, language, c->old);
	size_t others = times_used(code, new);

	return others && times_used(code, old) > others;
}

static struct str pair_doubt(struct arena *a, const struct pack *pack, const struct tree *t, const struct change *c,
	struct str old, struct str new, bool only)
{
	bool number = differ_in_number(old, new) && !is_version(c->old, old);
	struct node language = language_of(pack, c->path, c->new);
	bool spare = !number && lacks_underscores(old, new);
	bool near = only && !number && !spare && word_distance(old, new) <= word_tolerance(old);
	bool usual = near && is_usual(a, language, c, old, new);
	struct str rival = STR("");

	if (!number && only && !spare && !usual) {
		struct str code = code_only(a, language, c->new);
		size_t at = (size_t)(new.p - c->new.p);
		rival = rival_of(code, old, new, line_around(code, str_sub(code, at, at + new.n)));
	}
	if ((!number && !rival.n && !spare && !usual) || table_has(pack, old, new) || history_has(a, pack, t, old, new))
		return STR("");
	if (number)
		return arena_printf(a, "'%.*s': '%.*s' differs from '%.*s' in its number: a person has to choose",
			STR_ARG(c->path), STR_ARG(new), STR_ARG(old));
	if (spare)
		return arena_printf(a, "'%.*s': '%.*s' may be another name than '%.*s': a person has to choose",
			STR_ARG(c->path), STR_ARG(new), STR_ARG(old));
	if (usual)
		return arena_printf(a, "'%.*s': '%.*s' occurs more often than '%.*s': a person has to choose",
			STR_ARG(c->path), STR_ARG(old), STR_ARG(new));
	return arena_printf(a, "'%.*s': '%.*s' is about as near to '%.*s' as '%.*s': a person has to choose",
		STR_ARG(c->path), STR_ARG(rival), STR_ARG(old), STR_ARG(new));
}

struct str name_doubt(struct arena *a, const struct pack *pack, const struct tree *t, const struct change *c)
{
	struct words gone = { 0 }, came = { 0 };
	struct str why = STR("");

	if (!c->existed)
		return why;
	words_changed(a, c->old, c->new, &gone, &came);
	bool only = gone.all.n == 1 && came.all.n == 1;
	for (size_t i = 0; i < gone.all.n && !why.n; i++)
		for (size_t k = 0; k < came.all.n && !why.n; k++)
			if (only || differ_in_number(gone.all.at[i], came.all.at[k]) ||
				lacks_underscores(gone.all.at[i], came.all.at[k]))
				why = pair_doubt(a, pack, t, c, gone.all.at[i], came.all.at[k], only);
	return why;
}
