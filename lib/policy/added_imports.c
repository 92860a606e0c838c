/* Modules that a change imports: do they exist, and is one the file itself? */
#include <glob.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/proc.h"
#include "lang/checker.h"
#include "lang/language.h"
#include "policy/policy_table.h"

struct imports {
	struct arena *a;
	const struct policy *p;
	const struct tree *t;
	struct node language, modules;
	struct str name, dir; /* of the file */
};

typedef VEC(struct str) str_vec;

/* The names imported by the text; relative ones begin with "./" or "../". */
static bool names_in(const struct imports *m, struct str text, str_vec *out)
{
	struct regex *re = regex_new_flags(m->a, node_str(node_get(m->modules, "match")), REGEX_MULTILINE, NULL);
	struct match found;
	size_t at = 0;

	while (re && at < text.n && regex_match_from(re, text, at, &found) == 1) {
		struct str near = match_get(&found, "relative"), name = match_get(&found, "name");
		size_t end = (size_t)(found.whole.p + found.whole.n - text.p);
		if (near.n)
			*VEC_ADD(m->a, out) = arena_printf(m->a, "./%.*s", STR_ARG(near));
		else if (name.n)
			*VEC_ADD(m->a, out) = name;
		at = end > at ? end : at + 1;
	}
	regex_free(re);
	return re != NULL;
}

static bool is_there(const struct imports *m, struct str path)
{
	const char *full = arena_printf(m->a, "%.*s/%.*s", STR_ARG(m->t->path), STR_ARG(path)).p;
	struct stat st;
	glob_t found;

	if (str_chr(path, '*') == path.n)
		return stat(full, &st) == 0;
	bool any = glob(full, GLOB_NOSORT, NULL, &found) == 0;
	globfree(&found);
	return any;
}

/* The path with each of the row's suffixes; *is_self: one of them is the file itself. */
static bool resolves_at(const struct imports *m, struct str path, bool *is_self)
{
	struct node suffixes = node_get(m->modules, "suffixes");
	bool there = false;

	path = path_normal(m->a, path);
	for (uint32_t i = 0; i < node_list_count(suffixes); i++) {
		struct str file = arena_printf(
			m->a, "%.*s%.*s", STR_ARG(path), STR_ARG(node_str(node_list_at(suffixes, i))));
		*is_self |= str_eq(file, m->name);
		there |= is_there(m, file);
	}
	return there;
}

/* "a.b.c" and "a/b" are parts of "a"; "@a/b/c" of "@a/b". */
static struct str top_of(const struct imports *m, struct str name)
{
	struct str separator = node_str(node_get(m->modules, "separator"));
	size_t n = separator.n ? str_chr(name, separator.p[0]) : name.n;

	if (name.n && name.p[0] == '@' && n < name.n)
		n += 1 + str_chr(str_sub(name, n + 1, name.n), separator.p[0]);
	return str_sub(name, 0, n);
}

/* Beside the file, in the folders above it, and in the row's `places` there. */
static bool is_in_tree(const struct imports *m, struct str name, struct str top, bool *is_self)
{
	struct node places = node_get(m->modules, "places");
	struct str dir = m->dir;
	char *path = arena_strdup(m->a, name);

	for (size_t i = 0; i < name.n; i++)
		if (path[i] == '.')
			path[i] = '/';
	resolves_at(m, path_join(m->a, m->dir, (struct str){ path, name.n }), is_self);
	for (;;) {
		for (uint32_t i = 0; i < node_list_count(places); i++) {
			bool self = false;
			struct str place = path_join(m->a, dir, node_str(node_list_at(places, i)));
			if (resolves_at(m, path_join(m->a, place, top), &self) && !self)
				return true;
		}
		if (!dir.n || str_is(dir, "."))
			return false;
		dir = path_dir(dir);
		dir = str_is(dir, ".") ? STR("") : dir;
	}
}

static bool is_declared(const struct imports *m, struct str top)
{
	struct str ecosystem = node_str(node_get(m->modules, "ecosystem"));
	struct node packages = pack_table(m->p->pack, arena_strdup(m->a, node_str(node_get(m->modules, "packages"))));
	struct str package = node_str(node_get_str(packages, top));

	if (!ecosystem.n)
		return false;
	return policy_declared(m->a, m->p, m->t, NULL, ecosystem, m->dir, top, STR(""), NULL) ||
		(package.n && policy_declared(m->a, m->p, m->t, NULL, ecosystem, m->dir, package, STR(""), NULL));
}

/* The language's own answer; it is taken as found where that is not known. */
static bool is_installed(const struct imports *m, struct str top)
{
	char **argv = checker_words(m->a, m->language, "importable", top);
	struct proc p = { .argv = argv, .dir = "/", .timeout = CHECKER_TIMEOUT };
	struct proc_result r;

	return !argv || !proc_run(m->a, &p, &r, NULL) || r.status != CHECKER_SOME_REFUSED;
}

/* Does the module exist?  *is_self: it is the file that imports it. */
static bool resolves(const struct imports *m, struct str name, bool *is_self)
{
	struct node builtin = node_get(m->modules, "builtin");
	struct str prefix = node_str(node_get(m->modules, "builtin_prefix")), top;

	if (name.n && name.p[0] == '.')
		return resolves_at(m, path_join(m->a, m->dir, name), is_self) ||
			!node_bool(node_get(m->modules, "must_exist"), false);
	if (prefix.n && name.n > prefix.n && str_eq(str_sub(name, 0, prefix.n), prefix))
		return true;
	top = top_of(m, name);
	if (is_in_tree(m, name, top, is_self) || !node_bool(node_get(m->modules, "must_exist"), false))
		return true;
	if (node_get_str(pack_table(m->p->pack, arena_strdup(m->a, node_str(builtin))), top).image)
		return true;
	return is_declared(m, top) || is_installed(m, top);
}

/* Does one of the names begin so, as "./a.mjs" and "./a/index.js" do with "./a"? */
static bool is_written_out(const str_vec *names, struct str name)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_eq(str_sub(names->at[i], 0, name.n), name))
			return true;
	return false;
}

/* A file that is still there is no longer imported, and another one is in its place. */
static bool swaps(const struct imports *m, const str_vec *before, const str_vec *after)
{
	bool gained = false, lost = false, is_self = false;

	for (size_t i = 0; i < after->n; i++)
		gained |= after->at[i].p[0] == '.' && !str_among(before->at, before->n, after->at[i]);
	for (size_t i = 0; i < before->n && gained; i++)
		lost |= before->at[i].p[0] == '.' && !is_written_out(after, before->at[i]) &&
			resolves_at(m, path_join(m->a, m->dir, before->at[i]), &is_self);
	return gained && lost;
}

enum import_result policy_imports(struct arena *a, const struct policy *p, const struct tree *t, struct str name,
	struct str old, struct str new, struct err *err)
{
	struct imports m = { .a = a, .p = p, .t = t, .language = language_of(p->pack, name, new), .name = name };
	str_vec before = { 0 }, after = { 0 };
	char shown[120];
	bool any = false;

	m.modules = node_get(m.language, "modules");
	m.dir = str_is(path_dir(name), ".") ? STR("") : path_dir(name);
	if (!m.modules.image || !names_in(&m, old, &before) || !names_in(&m, new, &after))
		return IMPORTS_NONE;
	for (size_t i = 0; i < after.n; i++) {
		bool is_self = false;
		if (str_among(before.at, before.n, after.at[i]))
			continue;
		any = true;
		bool found = resolves(&m, after.at[i], &is_self);
		visible(after.at[i], shown, sizeof(shown));
		if (is_self) {
			err_set(err, HEAL_WRONG, "'%.*s': the change makes the file import itself ('%s')",
				STR_ARG(name), shown);
			return IMPORTS_REFUSED;
		}
		if (found)
			continue;
		err_set(err, HEAL_WRONG,
			"'%.*s': the change imports '%s', which does not exist: install or declare it first",
			STR_ARG(name), shown);
		return IMPORTS_REFUSED;
	}
	if (any && swaps(&m, &before, &after)) {
		err_set(err, HEAL_WRONG, "'%.*s': the change imports another file in place of one that is there",
			STR_ARG(name));
		return IMPORTS_SWAPPED;
	}
	return any ? IMPORTS_FOUND : IMPORTS_NONE;
}
