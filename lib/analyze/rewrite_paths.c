/* References to a file that was moved or renamed, or that are misspelt: includes, imports, lists of build files. */
#include <stdlib.h>
#include <string.h>

#include "analyze/rewriting.h"
#include "base/affix.h"
#include "base/nearest.h"
#include "base/path.h"
#include "base/vec.h"
#include "rules/regex.h"

enum { TARGETS_MOST = 4000, FILES_MOST = 400, NEAR_MOST = 3, EDITS_MOST = 60, ENDING_MOST = 12 };

struct target {
	struct str path, stem;
};

/* What an error says is missing, and where it may be. */
struct missing {
	struct rewriting *w;
	struct node row;
	struct str stem, ending;
	bool wide;   /* what is sought in several folders is found in none but that of the file */
	bool rooted; /* what is written starts at the top */
	struct target *targets;
	size_t targets_n;
};

/* A reference in a text. */
struct reference {
	const struct missing *m;
	struct node row; /* of `references` */
	const struct text *x;
	struct str spec;         /* what is written */
	struct str folder, last; /* its parts, the last one with its ending */
	struct str stem, ending;
};

/* ---- names ---- */

/* The ending if the row knows it; empty: it belongs to the name. */
static struct str ending_of(struct node row, struct str name)
{
	struct str ending = path_extension(name);

	return ending.n < name.n && ending.n <= ENDING_MOST && node_list_has(node_get(row, "endings"), ending) ?
		ending :
		STR("");
}

static char separator_of(struct node row)
{
	return str_is(node_str(node_get(row, "separator")), ".") ? '.' : '/';
}

static struct str last_part(struct node row, struct str path)
{
	size_t i = str_rchr(path, separator_of(row));

	return i == path.n ? path : str_sub(path, i + 1, path.n);
}

static struct str stem_of(struct node row, struct str last)
{
	return separator_of(row) == '.' ? last : str_sub(last, 0, last.n - ending_of(row, last).n);
}

/* The path is the tail of this one, which is cut between folders. */
static bool is_tail(struct str path, struct str tail)
{
	return path.n >= tail.n && str_eq(str_sub(path, path.n - tail.n, path.n), tail) &&
		(path.n == tail.n || path.p[path.n - tail.n - 1] == '/');
}

static bool is_dependency(struct rewriting *w, struct str path)
{
	return node_list_globs(pack_table(w->pack, "dependency-folders"), path);
}

/* ---- what there is ---- */

static void targets_find(struct missing *m)
{
	struct rewriting *w = m->w;
	struct str globs = node_str(node_get(m->row, "targets")), glob;

	m->targets = arena_alloc(w->a, TARGETS_MOST * sizeof(*m->targets));
	while (globs.p && str_split(&globs, ',', &glob)) {
		struct str *found = arena_alloc(w->a, TARGETS_MOST * sizeof(*found));
		size_t n = source_glob(w->view, w->a, str_trim(glob), found, TARGETS_MOST);
		for (size_t i = 0; i < n && m->targets_n < TARGETS_MOST; i++) {
			struct str base = path_base(found[i]), ending = path_extension(base);
			if (!is_dependency(w, found[i]))
				m->targets[m->targets_n++] = (struct target){ found[i],
					str_sub(base, 0, base.n - ending.n) };
		}
	}
}

/* ---- what a reference means ---- */

/* With slashes, and without what leads upwards at its front. */
static struct str as_tail(struct rewriting *w, const struct reference *r)
{
	char *path = arena_strdup(w->a, r->spec);
	struct str tail = { path, r->spec.n };

	for (size_t i = 0; separator_of(r->m->row) == '.' && i < tail.n; i++)
		if (path[i] == '.')
			path[i] = '/';
	while (tail.n && (str_starts(tail, "./") || str_starts(tail, "../") || tail.p[0] == '/'))
		tail = str_sub(tail, str_chr(tail, '/') + 1, tail.n);
	return tail;
}

static size_t dots_before(struct str spec)
{
	size_t n = 0;

	while (n < spec.n && spec.p[n] == '.')
		n++;
	return n;
}

/* The path below the root, without an ending that it leaves out; p == NULL: it is sought in several folders. */
static struct str as_path(struct rewriting *w, const struct reference *r)
{
	struct str dir = path_dir(r->x->path);
	size_t dots = separator_of(r->m->row) == '.' ? dots_before(r->spec) : 0;

	if (dots) {
		for (size_t i = 1; i < dots; i++)
			dir = path_dir(dir);
		return path_normal(w->a, path_join(w->a, dir, as_tail(w, r)));
	}
	if (str_is(node_str(node_get(r->row, "from")), "any"))
		return STR_NONE;
	return path_normal(w->a, path_join(w->a, dir, r->spec));
}

/* Is the name, or the name with one of the endings, one that `has` accepts? */
static bool any_ending(
	const struct reference *r, struct str path, bool (*has)(const struct reference *r, struct str path))
{
	struct rewriting *w = r->m->w;
	bool changes = node_list_has(node_get(r->m->row, "made"), r->ending);
	struct node endings = node_get(r->m->row, changes ? "sources" : "endings");

	if (has(r, path))
		return true;
	for (uint32_t i = 0; i < node_list_count(endings); i++) {
		struct str ending = node_str(node_list_at(endings, i));
		struct str whole = str_sub(path, 0, path.n - (changes ? r->ending.n : 0));
		if ((changes || !r->ending.n) && has(r, arena_join(w->a, whole, ending)))
			return true;
	}
	return false;
}

static bool is_there(const struct reference *r, struct str path)
{
	return source_exists(r->m->w->view, path);
}

static bool is_tail_there(const struct reference *r, struct str tail)
{
	for (size_t i = 0; i < r->m->targets_n; i++)
		if (is_tail(r->m->targets[i].path, tail))
			return true;
	return false;
}

static bool is_broken(const struct reference *r)
{
	struct rewriting *w = r->m->w;
	struct str path = as_path(w, r);

	if (path.p)
		return !any_ending(r, path, is_there);
	struct str near = path_normal(w->a, path_join(w->a, path_dir(r->x->path), as_tail(w, r)));
	return !any_ending(r, near, is_there) && (r->m->wide || !any_ending(r, as_tail(w, r), is_tail_there));
}

/* ---- what is written instead ---- */

/* From the folder to the path. */
static struct str relative(struct arena *a, struct str folder, struct str path)
{
	struct str up = STR("");

	while (!str_is(folder, ".") && !path_below(path, folder).p) {
		up = arena_join(a, up, STR("../"));
		folder = path_dir(folder);
	}
	return arena_join(a, up, str_is(folder, ".") ? path : path_below(path, folder));
}

/* The target without its ending, with the one that is written. */
static struct str target_written(const struct reference *r, const struct target *t)
{
	struct arena *a = r->m->w->a;
	struct str bare = str_sub(t->path, 0, t->path.n - path_extension(t->path).n);

	return arena_join(a, bare, r->ending);
}

static struct str with_dots(struct arena *a, struct str path)
{
	char *out = arena_strdup(a, path);

	for (size_t i = 0; i < path.n; i++)
		if (out[i] == '/')
			out[i] = '.';
	return (struct str){ out, path.n };
}

/* a.b.c of a package, or ..b.c from a module; p == NULL: its package cannot be told. */
static struct str module_written(const struct reference *r, const struct target *t)
{
	struct arena *a = r->m->w->a;
	struct str path = target_written(r, t), top = as_tail(r->m->w, r);

	if (dots_before(r->spec)) {
		struct str way = relative(a, path_dir(r->x->path), path), dots = STR(".");
		while (str_starts(way, "../")) {
			way = str_sub(way, 3, way.n);
			dots = arena_join(a, dots, STR("."));
		}
		return arena_join(a, dots, with_dots(a, way));
	}
	top = str_sub(top, 0, str_chr(top, '/'));
	for (struct str rest = path; rest.n;) {
		size_t end = str_chr(rest, '/');
		if (end < rest.n && str_eq(str_sub(rest, 0, end), top))
			return with_dots(a, rest);
		rest = str_sub(rest, end + 1, rest.n);
	}
	return STR_NONE;
}

/* Only the name is another one? */
static bool is_same_folder(const struct reference *r, const struct target *t)
{
	struct rewriting *w = r->m->w;
	struct str path = as_path(w, r), tail = as_tail(w, r), dir = path_dir(t->path);

	if (path.p)
		return str_eq(path_dir(path), dir);
	return !str_eq(t->stem, r->stem) && (str_chr(tail, '/') == tail.n || is_tail(dir, path_dir(tail)));
}

static struct str written(const struct reference *r, const struct target *t)
{
	struct arena *a = r->m->w->a;

	if (is_same_folder(r, t))
		return arena_printf(a, "%.*s%.*s%.*s", STR_ARG(r->folder), STR_ARG(t->stem), STR_ARG(r->ending));
	if (separator_of(r->m->row) == '.')
		return module_written(r, t);
	if (r->m->rooted)
		return target_written(r, t);
	struct str way = relative(a, path_dir(r->x->path), target_written(r, t));
	return r->spec.p[0] == '.' && way.p[0] != '.' ? arena_join(a, STR("./"), way) : way;
}

/* A command made it from a target of the same name? */
static bool is_made(const struct missing *m, struct str path)
{
	struct node made = node_get(m->row, "made"), sources = node_get(m->row, "sources");
	struct str stem = stem_of(m->row, path_base(path));

	if (!node_list_has(made, path_extension(path)))
		return false;
	for (size_t i = 0; i < m->targets_n; i++) {
		struct str ending = path_extension(m->targets[i].path);
		if (str_eq(m->targets[i].stem, stem) && node_list_has(sources, ending) && !node_list_has(made, ending))
			return true;
	}
	return false;
}

/* ---- all references to what is missing ---- */

static struct reference reference_of(const struct missing *m, struct node row, const struct text *x, struct str spec)
{
	struct str last = last_part(m->row, spec);
	struct str ending = separator_of(m->row) == '.' ? STR("") : ending_of(m->row, last);

	return (struct reference){ m, row, x, spec, str_sub(spec, 0, spec.n - last.n), last,
		str_sub(last, 0, last.n - ending.n), ending };
}

typedef void each_reference(const struct reference *r, void *to);

static void references_in(const struct missing *m, struct node row, const struct text *x, struct regex *re,
	each_reference *each, void *to)
{
	struct str code = code_of(m->w->pack, m->w->view, x);
	struct match found;

	for (size_t i = 0; i < x->lines; i++) {
		struct str line = text_line(x, (int64_t)i + 1), upto = str_sub(x->all, 0, x->line_at[i] + line.n);
		for (size_t at = x->line_at[i]; str_find(line, m->stem) < line.n && at < upto.n;) {
			if (regex_match_from(re, upto, at, &found) != 1 || !found.whole.n)
				break;
			size_t begin = (size_t)(found.whole.p - x->all.p);
			struct reference r = reference_of(m, row, x, match_get(&found, "path"));
			if (r.spec.n && str_eq(r.stem, m->stem) && code.p[begin] == x->all.p[begin] && is_broken(&r))
				each(&r, to);
			at = begin + found.whole.n;
		}
	}
}

static void references_each(const struct missing *m, each_reference *each, void *to)
{
	struct rewriting *w = m->w;
	struct node list = node_get(m->row, "references");
	const struct text *files[FILES_MOST];

	for (uint32_t k = 0; k < node_count(list); k++) {
		struct node row = node_at(list, k);
		struct regex *re = regex_new_flags(w->a, node_str(node_get(row, "pattern")), REGEX_MULTILINE, NULL);
		size_t n = re ? files_of(w->a, w->view, row, files, FILES_MOST) : 0;
		for (size_t i = 0; i < n; i++)
			if (!is_dependency(w, files[i]->path) && !is_made(m, files[i]->path) &&
				str_find(files[i]->all, m->stem) < files[i]->all.n)
				references_in(m, row, files[i], re, each, to);
		regex_free(re);
	}
}

struct renaming {
	const struct target *to;
	struct rewrite_edit_list edits;
	const struct text *first; /* that has one */
	struct str old;           /* the folder in which it was; p == NULL: not known */
	bool several;             /* files */
	bool fails;
};

static void reference_rewrite(const struct reference *r, void *to)
{
	struct renaming *n = to;
	struct str text = written(r, n->to);
	size_t at = (size_t)(r->spec.p - r->x->all.p);

	n->fails |= !text.p || n->edits.n == EDITS_MOST;
	if (n->fails || str_eq(text, r->spec))
		return;
	struct str path = as_path(r->m->w, r);
	n->old = n->old.p || !path.p ? n->old : path_dir(path);
	n->several |= n->first && n->first != r->x;
	n->first = n->first ? n->first : r->x;
	*VEC_ADD(r->m->w->a, &n->edits) = (struct rewrite_edit){ r->x, at, r->spec.n, text };
}

/* What the moved file itself refers to, from where it was. */
static void own_rewrite(const struct reference *r, struct renaming *n)
{
	struct arena *a = r->m->w->a;
	struct str path = path_normal(a, path_join(a, n->old, r->spec));

	if (r->spec.p[0] != '.' || !is_broken(r) || !path.p || !any_ending(r, path, is_there))
		return;
	struct str way = relative(a, path_dir(r->x->path), path);
	way = way.p[0] == '.' ? way : arena_join(a, STR("./"), way);
	*VEC_ADD(a, &n->edits) = (struct rewrite_edit){ r->x, (size_t)(r->spec.p - r->x->all.p), r->spec.n, way };
	n->several = true;
}

static void own_references(struct missing *m, const struct target *t, struct renaming *n)
{
	struct rewriting *w = m->w;
	struct node list = node_get(m->row, "references");
	const struct text *x = n->old.p && !str_eq(n->old, path_dir(t->path)) ? source_read(w->view, t->path) : NULL;
	struct match found;

	for (uint32_t k = 0; x && k < node_count(list); k++) {
		struct node row = node_at(list, k);
		bool is_free = str_is(node_str(node_get(row, "from")), "any") || separator_of(m->row) == '.';
		struct regex *re = is_free ?
			NULL :
			regex_new_flags(w->a, node_str(node_get(row, "pattern")), REGEX_MULTILINE, NULL);
		size_t at = 0;
		while (re && at < x->all.n && n->edits.n < EDITS_MOST &&
			regex_match_from(re, x->all, at, &found) == 1 && found.whole.n) {
			struct reference r = reference_of(m, row, x, match_get(&found, "path"));
			if (r.spec.n)
				own_rewrite(&r, n);
			at = (size_t)(found.whole.p - x->all.p) + found.whole.n;
		}
		regex_free(re);
	}
}

static void target_offer(struct missing *m, const struct target *t, int tier)
{
	struct rewriting *w = m->w;
	struct renaming n = { .to = t };

	references_each(m, reference_rewrite, &n);
	if (n.edits.n && !n.fails && str_eq(t->stem, m->stem))
		own_references(m, t, &n);
	if (n.edits.n && !n.fails)
		rewrite_add_edits(w, tier, n.edits,
			arena_printf(w->a, "Refer to %.*s instead of %.*s in %.*s%s.", STR_ARG(t->path),
				STR_ARG(m->stem), STR_ARG(n.first->path), n.several ? " and other files" : ""));
}

/* ---- where it may be ---- */

static bool is_near(struct str a, struct str b)
{
	return word_affix(a, b) > 0 || (word_distance(a, b) <= word_tolerance(a) && !word_sibling(a, b));
}

struct folder_search {
	struct str folder; /* of the target */
	bool is;
};

static void folder_compare(const struct reference *r, void *to)
{
	struct folder_search *s = to;
	struct target t = { arena_join(r->m->w->a, s->folder, STR("/?")), STR("?") };

	s->is |= is_same_folder(r, &t);
}

/* Does a reference lead to the folder of the target? */
static bool is_in_folder(const struct missing *m, const struct target *t)
{
	struct folder_search s = { path_dir(t->path), false };

	references_each(m, folder_compare, &s);
	return s.is;
}

/* Can the target be what has the ending, or what that is made from? */
static bool fits(const struct missing *m, const struct target *t)
{
	struct str ending = path_extension(t->path);

	if (!m->ending.n)
		return true;
	return node_list_has(node_get(m->row, "made"), m->ending) ? node_list_has(node_get(m->row, "sources"), ending) :
								    str_eq(m->ending, ending);
}

/* Does a file that may refer to it name it?  Where endings are left out, its bare name does. */
static bool is_named(const struct missing *m, const struct target *t)
{
	struct node list = node_get(m->row, "references");
	const struct text *files[FILES_MOST];
	struct str base = m->ending.n ? path_base(t->path) : t->stem;

	for (uint32_t k = 0; k < node_count(list); k++) {
		size_t n = files_of(m->w->a, m->w->view, node_at(list, k), files, FILES_MOST);
		for (size_t i = 0; i < n; i++)
			if (str_find(files[i]->all, base) < files[i]->all.n)
				return true;
	}
	return false;
}

/* The only file in the folder to which nothing refers, whatever its name. */
static void lone_try(struct missing *m)
{
	const struct target *lone = NULL;
	size_t n = 0;

	for (size_t i = 0; i < m->targets_n; i++)
		if (fits(m, &m->targets[i]) && is_in_folder(m, &m->targets[i]) && !is_named(m, &m->targets[i])) {
			lone = &m->targets[i];
			n++;
		}
	if (n == 1 && !node_list_has(node_get(m->row, "made"), m->ending))
		target_offer(m, lone, 2);
}

/* The only file with nearly that name, to which nothing refers, is the one that was renamed. */
static size_t near_try(struct missing *m)
{
	const struct target *found[NEAR_MOST];
	struct str kind = m->w->kind;
	size_t n = 0;

	for (size_t i = 0; i < m->targets_n && n < NEAR_MOST; i++)
		if (is_near(m->targets[i].stem, m->stem) && fits(m, &m->targets[i]) && is_in_folder(m, &m->targets[i]))
			found[n++] = &m->targets[i];
	if (n == 1 && separator_of(m->row) == '/' && !is_named(m, found[0]))
		m->w->kind = STR("moved");
	for (size_t i = 0; i < n; i++)
		target_offer(m, found[i], 1);
	m->w->kind = kind;
	return n;
}

/* The one file of that name: from where it is referred to, or, as commands do, from the top. */
static void same_try(struct missing *m, const struct target *same)
{
	struct str kind = m->w->kind;

	m->w->kind = STR("moved");
	target_offer(m, same, 1);
	m->rooted = true;
	target_offer(m, same, 2);
	m->rooted = false;
	m->wide = true;
	target_offer(m, same, 2);
	m->wide = false;
	m->w->kind = kind;
}

/* The file of that name, if there is only one; else those beside the place whose name is nearly that. */
static void missing_try(struct missing *m)
{
	const struct target *same = NULL;
	size_t same_n = 0;

	targets_find(m);
	for (size_t i = 0; i < m->targets_n; i++)
		if (str_eq(m->targets[i].stem, m->stem) && fits(m, &m->targets[i]) && !is_made(m, m->targets[i].path)) {
			same = &m->targets[i];
			same_n++;
		}
	if (same_n == 1)
		same_try(m, same);
	if (!near_try(m) && !same_n && separator_of(m->row) == '/')
		lone_try(m);
}

static void row_try(struct rewriting *w, struct node row, struct str said)
{
	struct node errors = node_get(row, "errors");

	for (uint32_t i = 0; i < node_list_count(errors); i++) {
		struct regex *re = regex_new_flags(w->a, node_str(node_list_at(errors, i)), REGEX_MULTILINE, NULL);
		struct match found;
		if (re && regex_match(re, said, &found) == 1) {
			struct missing m = { .w = w, .row = row };
			struct str last = last_part(row, match_get(&found, "path"));
			m.stem = stem_of(row, last);
			m.ending = str_sub(last, m.stem.n, last.n);
			if (m.stem.n)
				missing_try(&m);
		}
		regex_free(re);
	}
}

void rewrite_paths(struct rewriting *w, struct str said)
{
	struct node rows = pack_table(w->pack, "path-references");

	for (uint32_t i = 0; i < node_count(rows); i++)
		row_try(w, node_at(rows, i), said);
}
