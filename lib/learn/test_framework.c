#include "learn/test_framework.h"

#include <ctype.h>
#include <string.h>

#include "base/path.h"
#include "rules/regex.h"
#include "rules/template.h"
#include "validate/project_tests.h"

enum { TITLE_MOST = 70 };

struct drafting {
	struct arena *a;
	const struct test_subject *s;
	struct test_drafts *out;
	struct str *why;
	/* of the row */
	struct node row, form;
	struct str base;   /* the folder with the sign, below the root; "." for the root */
	struct str folder; /* of the test, below the root */
	struct str test;   /* its file, below the root */
	struct str words;
};

/* ---- names ---- */

/* Names in a text of a test need no quoting then, whatever the language. */
static bool is_plain(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!isalnum((unsigned char)name.p[i]) && !strchr("_./+-", name.p[i]))
			return false;
	return name.n > 0 && name.p[0] != '-';
}

static struct str parent(struct str dir)
{
	struct str up = path_dir(dir);

	return up.n ? up : STR(".");
}

/* `to` as seen from the folder `from`; both below the root. */
static struct str path_from(struct arena *a, struct str from, struct str to)
{
	struct str up = STR("");

	for (; !str_is(from, "."); from = parent(from)) {
		struct str below = str_eq(to, from) ? STR(".") : path_below(to, from);
		if (below.p)
			return up.n ? path_join(a, up, below) : below;
		up = up.n ? path_join(a, up, STR("..")) : STR("..");
	}
	return !up.n ? to : str_is(to, ".") ? up : path_join(a, up, to);
}

static struct str under(struct arena *a, struct str dir, struct str name)
{
	return str_is(dir, ".") ? name : str_is(name, ".") ? dir : path_join(a, dir, name);
}

/* Letters, digits and single blanks: safe in any comment, text or name of a test. */
static struct str title_of(struct arena *a, struct str message)
{
	char *out = arena_alloc(a, TITLE_MOST + 1);
	size_t n = 0;

	for (size_t i = 0; i < message.n && n < TITLE_MOST; i++) {
		bool fits = isalnum((unsigned char)message.p[i]);
		if (fits || (n && out[n - 1] != ' '))
			out[n++] = fits ? message.p[i] : ' ';
	}
	return n ? str_trim((struct str){ out, n }) : STR("failure");
}

/* ---- slots ---- */

static struct str let_value(struct drafting *d, struct str name)
{
	struct node pattern = node_get_str(node_get(d->form, "let"), name);
	struct str found = STR_NONE;
	struct match m;

	if (!node_str(pattern).p)
		return STR_NONE;
	struct regex *re = regex_new_flags(d->a, node_str(pattern), REGEX_MULTILINE, NULL);
	if (re && regex_match(re, d->s->text, &m) == 1)
		found = match_get(&m, "value");
	regex_free(re);
	return found.p && is_plain(found) ? found : STR_NONE;
}

static struct str slot_value(void *ctx, struct str name)
{
	struct drafting *d = ctx;

	return str_is(name, "id")      ? d->s->id :
		str_is(name, "title")  ? title_of(d->a, d->s->message) :
		str_is(name, "target") ? path_from(d->a, d->folder, d->s->file) :
		str_is(name, "folder") ? path_from(d->a, d->base, parent(d->s->file)) :
		str_is(name, "cwd")    ? path_from(d->a, d->folder, d->s->cwd) :
		str_is(name, "test")   ? path_from(d->a, d->base, d->test) :
		str_is(name, "words")  ? d->words :
					 let_value(d, name);
}

static struct str filled(struct drafting *d, struct str text)
{
	const struct template_values v = { .get = slot_value, .ctx = d };

	return text.p ? template_fill(d->a, text, &v, NULL) : STR_NONE;
}

/* ---- the words of the command ---- */

static struct str word_escaped(struct arena *a, struct node replace, struct str word)
{
	struct str out = STR("");

	for (size_t i = 0; i < word.n; i++) {
		struct str one = str_sub(word, i, i + 1), other = node_str(node_get_str(replace, one));
		out = arena_join(a, out, other.p ? other : one);
	}
	return out;
}

static bool is_ascii(struct str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] < ' ' || word.p[i] > '~')
			return false;
	return true;
}

static struct str word_value(void *ctx, struct str name)
{
	return str_is(name, "word") ? *(struct str *)ctx : STR_NONE;
}

/* p == NULL: a word of the command cannot be written, or holds only on this machine. */
static struct str words_of(struct drafting *d)
{
	struct node how = node_get(d->row, "words");
	struct str never = node_str(node_get(how, "never")), out = STR("");
	const struct str_list *all = d->s->command;

	for (size_t i = 0; i < all->n; i++) {
		struct str word = all->at[i];
		if (!is_ascii(word) || (never.n && str_find(word, never) < word.n) ||
			str_find(word, d->s->tree->path) < word.n || str_find(word, STR("[redacted:")) < word.n)
			return STR_NONE;
		struct str escaped = word_escaped(d->a, node_get(how, "replace"), word);
		const struct template_values v = { .get = word_value, .ctx = &escaped };
		struct str one = template_fill(d->a, node_str(node_get(how, "each")), &v, NULL);
		if (!one.p)
			return STR_NONE;
		out = i ? arena_printf(d->a, "%.*s%.*s%.*s", STR_ARG(out), STR_ARG(node_str(node_get(how, "between"))),
				  STR_ARG(one)) :
			  one;
	}
	return out.n ? out : STR_NONE;
}

/* ---- a draft ---- */

static bool read_file(struct drafting *d, struct str path, struct str *text)
{
	struct stat st;

	return tree_read(d->a, d->s->tree, path, text, &st, NULL);
}

/* Tests that must be listed in a file: a line at its end. */
static bool lists_add(struct drafting *d, struct test_draft *draft)
{
	struct node lists = node_get(d->form, "append");

	for (uint32_t i = 0; i < node_count(lists); i++) {
		struct test_file f = { .path = under(d->a, d->base, node_key(lists, i)) };
		struct str line = filled(d, node_str(node_at(lists, i))), old;
		if (!line.p || !read_file(d, f.path, &old))
			return false;
		if (str_has_line(old, line))
			continue;
		f.added = arena_printf(d->a, "%s%.*s\n", str_ends(old, "\n") || !old.n ? "" : "\n", STR_ARG(line));
		f.text = arena_join(d->a, old, f.added);
		*VEC_ADD(d->a, &draft->files) = f;
	}
	return true;
}

static bool fits_file(struct drafting *d)
{
	struct str pattern = node_str(node_get(d->form, "files"));
	struct regex *re = pattern.p ? regex_new(d->a, pattern, NULL) : NULL;
	bool fits = !pattern.p || (re && regex_match(re, d->s->file, NULL) == 1);

	regex_free(re);
	return fits;
}

static char **argv_of(struct drafting *d, const char *key)
{
	const struct template_values v = { .get = slot_value, .ctx = d };
	struct node words = node_get(d->row, key);

	return words.image ? template_argv(d->a, words, &v) : NULL;
}

static void form_draft(struct drafting *d)
{
	struct str text;
	struct test_draft draft = { .framework = node_str(node_get(d->row, "name")),
		.dir = under(d->a, d->s->tree->path, d->base),
		.prepare = argv_of(d, "prepare"),
		.argv = argv_of(d, "argv") };
	struct test_file own = { .path = d->test };

	draft.there = read_file(d, d->test, &own.text);
	if (!fits_file(d) || !draft.argv)
		return;
	text = filled(d, node_str(node_get(d->form, "text")));
	if (!draft.there)
		own.text = text;
	if (!own.text.p)
		return;
	*VEC_ADD(d->a, &draft.files) = own;
	if (lists_add(d, &draft))
		*VEC_ADD(d->a, &d->out->all) = draft;
}

/* The first folder of the row that exists. */
static bool folder_find(struct drafting *d)
{
	struct node folders = node_get(d->row, "folders");
	struct stat st;

	for (uint32_t i = 0; i < node_list_count(folders); i++) {
		struct str name = filled(d, node_str(node_list_at(folders, i)));
		if (!name.p)
			continue;
		d->folder = under(d->a, d->base, name);
		if (str_is(d->folder, ".") ||
			(tree_stat(d->a, d->s->tree, d->folder, &st, NULL) == 1 && S_ISDIR(st.st_mode)))
			return is_plain(d->folder);
	}
	return false;
}

static void row_drafts(struct drafting *d)
{
	struct node forms = node_get(d->row, "forms");
	struct str absent = programs_missing(d->a, d->row);

	if (absent.n) {
		*d->why = arena_printf(d->a, "'%.*s' is not installed", STR_ARG(absent));
		return;
	}
	d->folder = d->base;
	if (!folder_find(d))
		return;
	d->test = under(d->a, d->folder, filled(d, node_str(node_get(d->row, "file"))));
	d->words = words_of(d);
	for (uint32_t i = 0; i < node_list_count(forms); i++) {
		d->form = node_list_at(forms, i);
		form_draft(d);
		if (d->out->all.n && d->out->all.at[d->out->all.n - 1].there)
			return; /* the other forms are of the same file */
	}
}

void test_drafts_make(struct arena *a, const struct test_subject *s, struct test_drafts *out, struct str *why)
{
	struct drafting d = { .a = a, .s = s, .out = out, .why = why };
	struct node table = pack_table(s->pack, "test-frameworks");

	*why = STR("the project has no tests of a known framework");
	if (!is_plain(s->file) || !is_plain(s->cwd)) {
		*why = STR("the names of its files would need quoting");
		return;
	}
	for (d.base = parent(s->file);; d.base = parent(d.base)) {
		for (uint32_t i = 0; i < node_list_count(table); i++) {
			d.row = node_list_at(table, i);
			if (project_has_sign(a, s->tree, under(a, s->tree->path, d.base), d.row))
				row_drafts(&d);
		}
		if (out->all.n || str_is(d.base, "."))
			return;
	}
}
