/* A name that nothing declares is the one that one declaration had before: what that declares now is used nowhere.
 * Evidence is counted, not spelled: total may have become amount. */
#include <stdlib.h>
#include <string.h>

#include "analyze/rewriting.h"
#include "base/affix.h"
#include "base/vec.h"
#include "rules/regex.h"

enum {
	FILES_MOST = 200,
	CODE_MOST = 1 << 20, /* bytes: of a larger project nothing is said */
	DECLARED_MOST = 4000,
	/* So many others are used: then one that is not stands out. */
	USED_ENOUGH = 4,
	OWNER_USED_ENOUGH = 2
};

enum declared_kind { DECLARED_FUNCTION, DECLARED_OTHER, DECLARED_LISTED };

struct declared {
	const struct text *x;
	struct str code, name;
	size_t at;    /* of the name */
	size_t takes; /* parameters, the receiver left out */
	enum declared_kind kind;
};

struct declared_list {
	struct declared *at;
	size_t n, room;
};

struct word_list {
	struct str *at;
	size_t n, room;
};

struct survey {
	const struct text *files[FILES_MOST];
	size_t files_n;
	struct declared_list all;
	struct word_list words; /* of all code, sorted */
};

/* ---- words ---- */

static int words_order(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static void words_add(struct arena *a, struct str code, struct word_list *out)
{
	for (size_t i = 0; i < code.n;) {
		size_t begin = i;
		while (i < code.n && is_word_char(code.p[i]))
			i++;
		if (i > begin)
			*VEC_ADD(a, out) = str_sub(code, begin, i);
		else
			i++;
	}
}

static size_t words_count(const struct word_list *all, struct str word)
{
	size_t low = 0, high = all->n, n = 0;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (str_cmp(all->at[middle], word) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (low + n < all->n && str_eq(all->at[low + n], word))
		n++;
	return n;
}

/* A string may use it, as `${name}` does; a comment does not. */
static bool is_quoted(const struct text *x, struct str code, struct str word)
{
	for (size_t at = 0; (at = word_find(x->all, word, at, x->all.n)) != SIZE_MAX; at += word.n) {
		int64_t line, column;
		if (code.p[at] == x->all.p[at])
			continue;
		text_place(x, at, &line, &column);
		struct str text = text_line(x, line);
		for (size_t i = 0; i < text.n; i++)
			if (strchr("\"'`", text.p[i]))
				return true;
	}
	return false;
}

/* ---- declarations ---- */

static size_t takes_of(struct rewriting *w, const struct function *f)
{
	struct node receivers = node_get(w->row, "receivers");

	for (uint32_t i = 0; f->in.n && i < node_list_count(receivers); i++)
		if (word_find(f->code, node_str(node_list_at(receivers, i)), f->in.at[0].begin, f->in.at[0].end) !=
			SIZE_MAX)
			return f->in.n - 1;
	struct str none = node_str(node_get(w->row, "none"));
	if (none.n && f->in.n == 1 && str_eq(str_sub(f->code, f->in.at[0].begin, f->in.at[0].end), none))
		return 0;
	return f->in.n;
}

static size_t line_begin(struct str code, size_t at)
{
	while (at > 0 && code.p[at - 1] != '\n')
		at--;
	return at;
}

static void functions_add(struct rewriting *w, const struct text *x, struct declared_list *out)
{
	struct function_list all = { 0 };

	functions_in(w->a, w->pack, w->view, w->row, x, STR_NONE, &all);
	for (size_t i = 0; i < all.n; i++) {
		const struct function *f = &all.at[i];
		size_t at = word_find(f->code, f->name, f->at, f->in.open + 1);
		struct str before = at == SIZE_MAX ? STR("") : str_sub(f->code, line_begin(f->code, at), at);
		/* A call at the start of a line looks like a prototype. */
		if (at != SIZE_MAX && (str_trim(before).n || f->body.begin < f->body.end))
			*VEC_ADD(w->a, out) = (struct declared){ x, f->code, f->name, at, takes_of(w, f),
				DECLARED_FUNCTION };
	}
}

static void other_add(struct rewriting *w, const struct text *x, struct str code, struct str name,
	struct declared_list *out, enum declared_kind kind)
{
	*VEC_ADD(w->a, out) = (struct declared){ x, code, name, (size_t)(name.p - code.p), 0, kind };
}

/* Of one of the pattern's alternatives. */
static struct str declared_name(const struct match *m)
{
	struct str name = match_get(m, "name");

	name = name.p ? name : match_get(m, "name2");
	return name.p ? name : str_or_empty(match_get(m, "name3"));
}

/* Fields, constants, types: by the row's pattern, a line at a time. */
static void others_add(struct rewriting *w, const struct text *x, struct str code, struct declared_list *out)
{
	struct regex *re = regex_new_flags(w->a, node_str(node_get(w->row, "declare")), REGEX_MULTILINE, NULL);
	struct match m;

	for (size_t i = 0; re && i < x->lines; i++) {
		size_t end = i + 1 < x->lines ? x->line_at[i + 1] : code.n;
		if (regex_match_from(re, str_sub(code, 0, end), x->line_at[i], &m) == 1 && declared_name(&m).n)
			other_add(w, x, code, declared_name(&m), out, DECLARED_OTHER);
	}
	regex_free(re);
}

/* The items of lists of names, as of an enum. */
static void listed_add(struct rewriting *w, const struct text *x, struct str code, struct declared_list *out)
{
	struct regex *re = regex_new(w->a, node_str(node_get(w->row, "lists")), NULL);
	struct item_list items;
	struct match m;
	size_t at = 0;

	while (re && at < code.n && regex_match_from(re, code, at, &m) == 1 && m.whole.n) {
		at = (size_t)(m.whole.p - code.p) + m.whole.n;
		if (!items_at(w->a, code, at - 1, &items))
			continue;
		for (size_t i = 0; i < items.n && out->n < DECLARED_MOST; i++) {
			size_t end = items.at[i].begin;
			while (end < items.at[i].end && is_word_char(code.p[end]))
				end++;
			if (end > items.at[i].begin)
				other_add(w, x, code, str_sub(code, items.at[i].begin, end), out, DECLARED_LISTED);
		}
	}
	regex_free(re);
}

static bool survey_make(struct rewriting *w, struct survey *s)
{
	size_t size = 0;

	memset(s, 0, sizeof(*s));
	s->files_n = files_of(w->a, w->view, w->row, s->files, FILES_MOST);
	for (size_t i = 0; i < s->files_n; i++)
		size += s->files[i]->all.n;
	if (size > CODE_MOST || s->files_n == FILES_MOST)
		return false;
	for (size_t i = 0; i < s->files_n; i++) {
		struct str code = code_of(w->pack, w->view, s->files[i]);
		words_add(w->a, code, &s->words);
		functions_add(w, s->files[i], &s->all);
		others_add(w, s->files[i], code, &s->all);
		listed_add(w, s->files[i], code, &s->all);
	}
	if (s->words.n)
		qsort(s->words.at, s->words.n, sizeof(*s->words.at), words_order);
	return true;
}

/* ---- which one ---- */

static bool is_unused(struct rewriting *w, const struct survey *s, const struct declared *d)
{
	size_t declared = 0;

	for (size_t i = 0; i < s->all.n; i++)
		declared += str_eq(s->all.at[i].name, d->name) && s->all.at[i].kind == d->kind;
	if (words_count(&s->words, d->name) != declared || (d->kind != DECLARED_FUNCTION && declared > 1))
		return false;
	for (size_t i = 0; i < s->files_n; i++)
		if (is_quoted(s->files[i], code_of(w->pack, w->view, s->files[i]), d->name))
			return false;
	return true;
}

/* The word is called at the offset, with so many arguments? */
static bool is_called_at(struct rewriting *w, size_t at, size_t *arguments)
{
	struct item_list items;
	size_t open = at + w->name.n;

	if (at == SIZE_MAX || open >= w->code.n || w->code.p[open] != '(' || !items_at(w->a, w->code, open, &items))
		return false;
	*arguments = items.n;
	return true;
}

static bool is_import(struct rewriting *w)
{
	struct str pattern = node_str(node_get(w->row, "import"));
	struct regex *re = pattern.n ? regex_new(w->a, pattern, NULL) : NULL;
	bool found = re && regex_match(re, str_trim(str_sub(w->code, w->begin, w->end)), NULL) == 1;

	regex_free(re);
	return found;
}

/* Where the message says it is, or, since an import calls nothing, anywhere in the file. */
static bool is_called(struct rewriting *w, size_t *arguments)
{
	size_t at = word_find(w->code, w->name, w->at, w->end);

	if (at == SIZE_MAX)
		at = word_find(w->code, w->name, w->begin, w->end);
	if (is_called_at(w, at, arguments))
		return true;
	for (at = is_import(w) ? 0 : SIZE_MAX; at != SIZE_MAX; at = at == SIZE_MAX ? at : at + w->name.n) {
		at = word_find(w->code, w->name, at, w->code.n);
		if (is_called_at(w, at, arguments))
			return true;
	}
	return false;
}

static size_t indentation(struct str code, size_t begin)
{
	size_t at = begin;

	while (at < code.n && (code.p[at] == ' ' || code.p[at] == '\t'))
		at++;
	return at - begin;
}

/* The lines that stand less deep above the offset, each less deep than the last, as of a method and its class. */
static struct str indented_heads(struct rewriting *w, struct str code, size_t at)
{
	size_t begin = line_begin(code, at), deep = indentation(code, begin);
	struct str heads = STR("");

	while (begin > 0 && deep > 0) {
		size_t end = begin - 1;
		begin = line_begin(code, end);
		size_t here = indentation(code, begin);
		if (begin + here >= end || here >= deep)
			continue;
		deep = here;
		heads = arena_printf(w->a, "%.*s\n%.*s", STR_ARG(heads), (int)(end - begin), code.p + begin);
	}
	return heads;
}

/* The head of the block around the offset, as "struct ring" or "impl Store"; the name behind it, as of a typedef. */
static struct str block_head(struct rewriting *w, struct str code, size_t at)
{
	size_t depth = 0, open = at;

	if (str_is(node_str(node_get(w->row, "body")), "indent"))
		return indented_heads(w, code, at);
	while (open > 0 && (code.p[open - 1] != '{' || depth > 0)) {
		open--;
		depth += code.p[open] == '}';
		depth -= code.p[open] == '{' && depth > 0;
	}
	if (open == 0)
		return STR("");
	size_t begin = open - 1, end = bracket_end(code, open - 1);
	while (begin > 0 && !strchr(";{}", code.p[begin - 1]))
		begin--;
	size_t behind = end == SIZE_MAX ? code.n : end;
	while (end != SIZE_MAX && behind < code.n && !strchr(";{}\n", code.p[behind]))
		behind++;
	return arena_printf(w->a, "%.*s %.*s", (int)(open - 1 - begin), code.p + begin,
		end == SIZE_MAX ? 0 : (int)(behind - end), code.p + (end == SIZE_MAX ? 0 : end));
}

/* Its line and the one above. */
static struct str lines_of(const struct declared *d)
{
	size_t begin = line_begin(d->code, d->at), end = d->at + str_chr(str_sub(d->code, d->at, d->code.n), '\n');

	return str_sub(d->x->all, begin ? line_begin(d->code, begin - 1) : 0, end);
}

/* "Task" of "*task.Task", "format" of "./format". */
static struct str owner_word(struct str owner)
{
	size_t end = owner.n;

	while (end > 0 && !is_word_char(owner.p[end - 1]))
		end--;
	return word_before(owner, end);
}

/* Is it a part of what the message names: a type, or else a module or a package? */
static bool is_of_owner(struct rewriting *w, const struct declared *d, struct str owner, bool is_type)
{
	struct str line = str_sub(d->code, line_begin(d->code, d->at), d->at), head = block_head(w, d->code, d->at);

	if (!owner.n)
		return true;
	return is_type ?
		word_find(head, owner, 0, head.n) != SIZE_MAX || word_find(line, owner, 0, line.n) != SIZE_MAX :
		word_find(d->x->path, owner, 0, d->x->path.n) != SIZE_MAX;
}

/* Others call it: a test, the start of the program, what a trait or a parent asks for. */
static bool is_spared(struct rewriting *w, const struct declared *d)
{
	struct regex *re = regex_new_flags(w->a, node_str(node_get(w->row, "spared")), REGEX_MULTILINE, NULL);
	struct str text = arena_printf(
		w->a, "%.*s\n%.*s", STR_ARG(block_head(w, d->code, d->at)), STR_ARG(lines_of(d)));
	bool is = re && regex_match(re, text, NULL) == 1;

	regex_free(re);
	return is;
}

/* All that declares the name gets the other one. */
static void name_back(struct rewriting *w, const struct survey *s, const struct declared *d)
{
	struct rewrite_edit_list edits = { 0 };

	for (size_t i = 0; i < s->all.n; i++)
		if (str_eq(s->all.at[i].name, d->name))
			*VEC_ADD(w->a, &edits) = (struct rewrite_edit){ s->all.at[i].x, s->all.at[i].at, d->name.n,
				arena_str(w->a, w->name) };
	rewrite_add_edits(w, 1, edits,
		arena_printf(w->a, "Call %.*s in %.*s %.*s again, as what uses it does.", STR_ARG(d->name),
			STR_ARG(d->x->path), STR_ARG(w->name)));
}

static bool is_key(struct rewriting *w, struct str table)
{
	return node_kind(node_get_str(pack_table(w->pack, arena_strdup(w->a, table)), w->name)) != NODE_NONE;
}

/* A name of the language's library is not one of the project. */
static bool is_of_library(struct rewriting *w)
{
	struct node tables = node_get(w->row, "library");

	for (uint32_t i = 0; i < node_list_count(tables); i++)
		if (is_key(w, node_str(node_list_at(tables, i))))
			return true;
	return false;
}

struct choice {
	enum declared_kind kind;
	size_t arguments;
	size_t used, unused;             /* of that kind, in the project */
	size_t owner_used, owner_unused; /* and in what the message names */
	const struct declared *found;
	size_t fits;
};

static void choose(struct rewriting *w, const struct survey *s, struct str owner, bool is_type, struct choice *c)
{
	c->used = c->unused = c->owner_used = c->owner_unused = c->fits = 0;
	c->found = NULL;
	for (size_t i = 0; i < s->all.n; i++) {
		const struct declared *d = &s->all.at[i];
		if ((d->kind == DECLARED_FUNCTION) != (c->kind == DECLARED_FUNCTION) || str_eq(d->name, w->name) ||
			(c->found && str_eq(d->name, c->found->name)) || is_spared(w, d))
			continue;
		bool unused = is_unused(w, s, d);
		bool owned = is_of_owner(w, d, owner, is_type);
		c->used += !unused;
		c->unused += unused;
		c->owner_used += owned && !unused;
		c->owner_unused += owned && unused;
		if (!unused || !owned || (c->kind == DECLARED_FUNCTION && d->takes != c->arguments))
			continue;
		c->fits++;
		c->found = d;
	}
}

/* Where everything else is used, a declaration that is not lost its uses by the change.  That of a constant may always
 * have been unused, and a single use may be of a member that is still to be written. */
static bool stands_out(struct rewriting *w, const struct survey *s, const struct choice *c, bool has_owner)
{
	if (c->found->kind == DECLARED_LISTED ||
		(c->found->kind == DECLARED_OTHER && words_count(&s->words, w->name) < 2))
		return false;
	return (c->unused == 1 && c->used >= USED_ENOUGH) ||
		(has_owner && c->owner_unused == 1 && c->owner_used >= OWNER_USED_ENOUGH);
}

void rewrite_declared(struct rewriting *w)
{
	struct survey s;
	struct choice c = { 0 };
	struct str owner = owner_word(str_or_empty(w->owner));

	if (!w->name.n || (!owner.n && is_of_library(w)) || !survey_make(w, &s))
		return;
	c.kind = is_called(w, &c.arguments) ? DECLARED_FUNCTION : DECLARED_OTHER;
	choose(w, &s, owner, true, &c);
	if (owner.n && !c.fits)
		choose(w, &s, owner, false, &c);
	if (c.fits != 1 || word_affix(c.found->name, w->name))
		return;
	if (stands_out(w, &s, &c, owner.n > 0))
		w->kind = STR("unused");
	name_back(w, &s, c.found);
}
