#include "policy/model_change.h"

#include <stdlib.h>

#include "lang/language.h"
#include "policy/change_tokens.h"
#include "policy/project_words.h"
#include "tree/diff.h"
#include "tree/source_tree.h"

enum { NEW_MOST = 200 };

struct judging {
	const struct words *known, *never;
	struct arena *a;
	size_t new; /* words */
	struct str doubt;
};

static void judge(struct judging *j, struct str text)
{
	struct str word;

	while (!j->doubt.n && word_next(&text, &word)) {
		j->new ++;
		if (words_have(j->never, word))
			j->doubt = arena_printf(j->a, "a language model's change adds '%.*s'", STR_ARG(word));
		else if (!words_have(j->known, word))
			j->doubt = arena_printf(j->a,
				"a language model's change adds the word '%.*s', which the project's code does not use",
				STR_ARG(word));
	}
}

/* Words that the comments have more often than before. */
static void judge_comments(struct judging *j, struct str old, struct str new)
{
	struct words before = { j->a, { 0 } }, after = { j->a, { 0 } };
	size_t i = 0;

	words_add(&before, old);
	words_add(&after, new);
	words_sort(&before);
	words_sort(&after);
	for (size_t k = 0; k < after.all.n; k++) {
		while (i < before.all.n && str_cmp(before.all.at[i], after.all.at[k]) < 0)
			i++;
		if (i < before.all.n && str_eq(before.all.at[i], after.all.at[k]))
			i++;
		else
			judge(j, after.all.at[k]);
	}
}

static size_t words_of(struct str text, struct str *last)
{
	struct str word;
	size_t n = 0;

	for (; word_next(&text, &word); n++)
		*last = word;
	return n;
}

/* Nothing comes in the place of the token, and what goes with it stands right before or behind once more. */
static bool goes_as_double(const struct change_tokens *c, size_t token)
{
	if (c->hunk_of_old[token] == SIZE_MAX)
		return false;
	const struct hunk *h = &c->hunks.at[c->hunk_of_old[token]];
	size_t n = h->old_end - h->old_begin;
	bool before = h->new_end == h->new_begin && h->old_begin >= n,
	     behind = h->new_end == h->new_begin && h->old_end + n <= c->old.tokens.n;

	for (size_t i = h->old_begin; i < h->old_end && (before || behind); i++) {
		struct str t = c->old.tokens.at[i].text;
		before = before && str_eq(c->old.tokens.at[i - n].text, t);
		behind = behind && str_eq(c->old.tokens.at[i + n].text, t);
	}
	return before || behind;
}

/* More words go than come: an error may be hidden instead of repaired, as by an empty text. */
static struct str removal_doubt(struct arena *a, const struct change_tokens *c)
{
	struct str gone = STR(""), came = STR("");
	size_t before = 0, after = 0;

	for (size_t i = 0; i < c->old.tokens.n; i++)
		if (c->twin_of_old[i] == SIZE_MAX && !goes_as_double(c, i))
			before += words_of(c->old.tokens.at[i].text, &gone);
	for (size_t i = 0; i < c->new.tokens.n; i++)
		if (c->twin_of_new[i] == SIZE_MAX)
			after += words_of(c->new.tokens.at[i].text, &came);
	return before > after ?
		arena_printf(
			a, "a language model's change removes '%.*s' and puts nothing in its place", STR_ARG(gone)) :
		STR("");
}

/* A line that is there already, beside it. */
static struct str repetition_doubt(struct arena *a, const struct change *c)
{
	struct hunks h = diff_lines(a, c->old, c->new);
	const struct text *text = text_new(a, c->path, c->new);

	for (size_t i = 0; i < h.n; i++)
		for (size_t line = h.at[i].new_begin + 1; line <= h.at[i].new_end; line++) {
			struct str own = str_trim(text_line(text, (int64_t)line)), last = STR("");
			bool twice = str_eq(own, str_trim(text_line(text, (int64_t)line - 1))) ||
				str_eq(own, str_trim(text_line(text, (int64_t)line + 1)));
			if (twice && words_of(own, &last))
				return arena_printf(
					a, "a language model's change repeats the line '%.*s'", STR_ARG(own));
		}
	return STR("");
}

struct str model_change_doubt(struct arena *a, const struct pack *pack, const struct tree *t, const struct change *c)
{
	struct words known = { a, { 0 } }, never = { a, { 0 } };
	struct node language = language_of(pack, c->path, c->old);
	struct judging j = { &known, &never, a, 0, STR("") };

	if (!c->existed)
		return STR("a language model's change creates a file");
	struct change_tokens tokens = change_tokens_read(a, language, c->old, c->new);
	for (size_t i = 0; i < tokens.old.tokens.n; i++)
		words_add(&known, tokens.old.tokens.at[i].text);
	words_add_project(&known, pack, t, language);
	words_add_language(&known, pack, language);
	words_add_node(&never, node_get(pack_table(pack, "model-words"), "never"));
	words_sort(&known);
	words_sort(&never);
	for (size_t i = 0; i < tokens.new.tokens.n; i++)
		if (tokens.twin_of_new[i] == SIZE_MAX)
			judge(&j, tokens.new.tokens.at[i].text);
	judge_comments(&j, comments_of(a, &tokens.old, c->old), comments_of(a, &tokens.new, c->new));
	if (!j.doubt.n)
		j.doubt = removal_doubt(a, &tokens);
	if (!j.doubt.n)
		j.doubt = repetition_doubt(a, c);
	if (!j.doubt.n && j.new > NEW_MOST)
		return arena_printf(a, "a language model's change adds %zu words", j.new);
	return j.doubt;
}
