#include "policy/record_change.h"

#include <ctype.h>
#include <string.h>

#include "base/nearest.h"
#include "lang/checker.h"
#include "lang/language.h"
#include "policy/change_tokens.h"
#include "policy/project_words.h"
#include "rules/regex.h"
#include "tree/diff.h"

enum { NAME_LEAST = 4 /* letters of a name that is corrected */, CHECKER_SECONDS = 10 };

struct judging {
	struct arena *a;
	const struct pack *pack;
	const struct tree *t;
	const struct change *change;
	struct node language;
	struct words library, project; /* of the language, of the project */
	struct words never;
	bool read; /* the words */
};

static void words_read(struct judging *j)
{
	if (j->read)
		return;
	j->read = true;
	words_add_language(&j->library, j->pack, j->language);
	words_add_project(&j->project, j->pack, j->t, j->language);
	words_add_node(&j->never, node_get(pack_table(j->pack, "model-words"), "never"));
	words_sort(&j->library);
	words_sort(&j->project);
	words_sort(&j->never);
}

/* ---- imports ---- */

static struct node imports_of(const struct judging *j)
{
	struct node languages = pack_table(j->pack, "languages"), rows;

	rows = node_get(pack_table(j->pack, "record-changes"), "imports");
	for (uint32_t i = 0; j->language.image && i < node_count(languages); i++)
		if (node_at(languages, i).at == j->language.at)
			return node_get_str(rows, node_key(languages, i));
	return (struct node){ 0 };
}

static bool all_known(struct judging *j, struct str line, bool runs)
{
	struct str word;

	words_read(j);
	while (word_next(&line, &word))
		if (words_have(&j->never, word) ||
			!(words_have(&j->library, word) || (!runs && words_have(&j->project, word))))
			return false;
	return true;
}

static bool is_import(struct judging *j, struct node row, struct regex *re, struct str line)
{
	struct match m;
	struct str text = str_trim(line);

	return re && regex_match(re, text, &m) == 1 && m.whole.n == text.n &&
		all_known(j, text, node_bool(node_get(row, "runs"), false));
}

static bool at_top(const struct code_units *u, struct str line)
{
	for (size_t i = 0; i < u->tokens.n; i++)
		if (u->tokens.at[i].text.p >= line.p && u->tokens.at[i].text.p < line.p + line.n)
			return u->statements.at[u->tokens.at[i].statement].block == 0;
	return true;
}

/* The new text without inserted lines that import something or are empty. */
static struct str without_imports(struct judging *j, struct str old, struct str new)
{
	struct hunks h = diff_lines(j->a, old, new);
	struct node row = imports_of(j);
	struct str pattern = node_str(node_get(row, "match")), rest = new;
	struct regex *re = pattern.n ? regex_new(j->a, arena_printf(j->a, "\\A(?:%.*s)\\z", STR_ARG(pattern)), NULL) :
				       NULL;
	struct code_units u = code_units_read(j->a, j->language, new);
	char *out = arena_alloc(j->a, new.n + 1);
	size_t used = 0, at = 0;

	for (size_t line = 0; rest.n; line++) {
		size_t n = str_chr(rest, '\n');
		n += n < rest.n;
		struct str text = str_sub(rest, 0, n);
		while (at < h.n && h.at[at].new_end <= line)
			at++;
		bool added = at < h.n && line >= h.at[at].new_begin && h.at[at].old_begin == h.at[at].old_end;
		if (!added || (str_trim(text).n && !(is_import(j, row, re, text) && at_top(&u, text)))) {
			memcpy(out + used, text.p, n);
			used += n;
		}
		rest = str_sub(rest, n, rest.n);
	}
	regex_free(re);
	return (struct str){ out, used };
}

/* ---- blanks ---- */

static bool next_code_line(struct str *text, struct str *line)
{
	while (str_line(text, line))
		if (str_trim(*line).n)
			return true;
	return false;
}

/* Equal but for blanks at the ends of lines, and in a language that separates statements with semicolons for blanks
 * between words.  Empty lines in a string count: strings are compared as tokens. */
static bool same_lines(struct str old, struct str new, bool free_form)
{
	struct str x, y;
	size_t i, k;

	for (;;) {
		bool had = next_code_line(&old, &x), has = next_code_line(&new, &y);
		if (!had || !has)
			return had == has;
		for (i = 0, k = 0;; i++, k++) {
			bool ended = !str_trim(str_sub(x, i, x.n)).n, ends = !str_trim(str_sub(y, k, y.n)).n;
			if (ended || ends) {
				if (ended != ends)
					return false;
				break;
			}
			while (free_form && isblank((unsigned char)x.p[i]))
				i++;
			while (free_form && isblank((unsigned char)y.p[k]))
				k++;
			if (x.p[i] != y.p[k])
				return false;
		}
	}
}

/* ---- names ---- */

static bool is_name(struct str s)
{
	struct str rest = s, word;

	return s.n >= NAME_LEAST && !isdigit((unsigned char)s.p[0]) && word_next(&rest, &word) && word.n == s.n;
}

/* The name of a function or type that begins here: what it is called decides whether it runs, as that of a test. */
static bool is_defined(const struct change_tokens *c, size_t old_token)
{
	const struct code_units *u = &c->old;
	const struct code_statement *s = &u->statements.at[u->tokens.at[old_token].statement];

	for (size_t i = s->first; i < old_token; i++)
		if (code_lists_token(u, "functions", i))
			return true;
	for (size_t b = 1; b < u->blocks.n; b++)
		if (u->blocks.at[b].header == u->tokens.at[old_token].statement && u->blocks.at[b].function)
			return true;
	return false;
}

static size_t times(const struct words *w, struct str word)
{
	size_t n = 0;

	for (size_t i = 0; i < w->all.n; i++)
		n += str_eq(w->all.at[i], word);
	return n;
}

static size_t times_gone(const struct change_tokens *c, struct str word)
{
	size_t n = 0;

	for (size_t i = 0; i < c->old.tokens.n; i++)
		n += c->hunk_of_old[i] != SIZE_MAX && str_eq(c->old.tokens.at[i].text, word);
	return n;
}

/* `lenght` for which nothing else stands in the project, and `length` which the project or the language has. */
static bool corrects_name(struct judging *j, const struct change_tokens *c, const struct hunk *h)
{
	if (h->old_end != h->old_begin + 1 || h->new_end != h->new_begin + 1)
		return false;
	const struct code_token *was = &c->old.tokens.at[h->old_begin], *is = &c->new.tokens.at[h->new_begin];
	if (was->kind != TOKEN_WORD || is->kind != TOKEN_WORD || !is_name(was->text) || !is_name(is->text) ||
		is_defined(c, h->old_begin) || word_distance(was->text, is->text) > word_tolerance(was->text))
		return false;
	words_read(j);
	return !words_have(&j->library, was->text) && times(&j->project, was->text) <= times_gone(c, was->text) &&
		(words_have(&j->library, is->text) || words_have(&j->project, is->text)) &&
		!words_have(&j->never, is->text);
}

/* ---- punctuation ---- */

static bool is_punctuation(const struct change_tokens *c, const struct hunk *h)
{
	for (size_t i = h->new_begin; i < h->new_end; i++)
		if (c->new.tokens.at[i].text.n != 1 || !strchr(")]},:;", c->new.tokens.at[i].text.p[0]))
			return false;
	return h->old_begin == h->old_end;
}

/* The parser refuses the file as it was and accepts it now. */
static bool parses_only_now(struct judging *j)
{
	struct str texts[2] = { j->change->old, j->change->new };
	bool parses[2] = { true, false };
	const struct text *x = text_new(j->a, j->change->path, j->change->old);

	return checker_try(j->language, x, NULL, texts, 2, CHECKER_SECONDS, parses) == 2 && !parses[0] && parses[1];
}

/* ---- */

static struct str more(struct judging *j, struct str what)
{
	char shown[80];

	return arena_printf(j->a,
		"heal did not make this change of '%.*s', and it does more than add what lacks or correct a name "
		"('%s')",
		STR_ARG(j->change->path), visible(what, shown, sizeof(shown)));
}

/* What remains begins lines where it did, and as deep. */
static bool is_laid_out_as_before(const struct change_tokens *c)
{
	for (size_t i = 0; i < c->new.tokens.n; i++) {
		if (c->twin_of_new[i] == SIZE_MAX)
			continue;
		const struct code_token *was = &c->old.tokens.at[c->twin_of_new[i]], *is = &c->new.tokens.at[i];
		if (was->first != is->first || (is->first && !c->new.semicolons && was->indent != is->indent))
			return false;
	}
	return true;
}

static struct str judge_tokens(struct judging *j, const struct change_tokens *c)
{
	bool added = false;

	if (!is_laid_out_as_before(c))
		return more(j, STR("blanks"));

	for (size_t i = 0; i < c->hunks.n; i++) {
		const struct hunk *h = &c->hunks.at[i];
		bool comes = h->new_end > h->new_begin;
		if (is_punctuation(c, h))
			added = true;
		else if (!corrects_name(j, c, h))
			return more(
				j, comes ? c->new.tokens.at[h->new_begin].text : c->old.tokens.at[h->old_begin].text);
	}
	return added && !parses_only_now(j) ? more(j, STR("punctuation")) : STR("");
}

struct str record_change_doubt(struct arena *a, const struct pack *pack, const struct tree *t, const struct change *c)
{
	struct judging j = { .a = a,
		.pack = pack,
		.t = t,
		.change = c,
		.language = language_of(pack, c->path, c->old),
		.library = { a, { 0 } },
		.project = { a, { 0 } },
		.never = { a, { 0 } } };

	if (!c->existed)
		return more(&j, STR("a new file"));
	if ((c->before.st_mode & 07777 & ~c->mode) || (c->mode & ~(c->before.st_mode | 0111u) & 07777))
		return more(&j, STR("the mode"));
	if (str_eq(c->old, c->new))
		return STR("");
	struct str new = without_imports(&j, c->old, c->new);
	struct change_tokens tokens = change_tokens_read(a, j.language, c->old, new);
	bool code = tokens.old.flow.image && !tokens.old.commands && !tokens.old.recipes && !tokens.old.declarations;
	if (tokens.hunks.n == 0)
		return same_lines(c->old, new, code && tokens.old.semicolons) ? STR("") : more(&j, STR("blanks"));
	if (!code)
		return more(&j, tokens.new.tokens.n ? tokens.new.tokens.at[0].text : STR(""));
	if (!same_lines(comments_of(a, &tokens.old, c->old), comments_of(a, &tokens.new, new), true))
		return more(&j, STR("a comment"));
	return judge_tokens(&j, &tokens);
}
