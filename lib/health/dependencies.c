#include "health/dependencies.h"

#include <ctype.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/nearest.h"
#include "base/path.h"
#include "base/proc.h"
#include "rules/regex.h"

enum {
	NEAR = 100,
	NEAR_LENGTH = 5,
	NAMES_MOST = 20000,
	SEARCHED_MOST = 5000,      /* files in which names are searched for */
	SEARCHED_BYTES = 16 << 20, /* of these files, since they are held in memory */
	REASON_LONGEST = 200
};

struct declared {
	struct str name;
	size_t at; /* its place in the text */
	bool conditional;
};
struct declared_list {
	struct declared *at;
	size_t n, room;
};

struct looking {
	struct arena *a;
	const struct pack *pack;
	struct source_tree *view;
	const struct str_list *files;
	struct dependency_findings *out;
	struct node table, row;
	struct str manifest; /* its path */
	const struct text *text;
	double deadline;
	VEC(const struct text *) searched; /* what may name a dependency */
	bool was_read, too_much;           /* the same: it is there; it is not all */
};

static bool is_late(struct looking *l)
{
	l->out->late |= seconds_now() > l->deadline;
	return l->out->late;
}

/* ---- names ---- */

/* As PEP 503 compares them, where the row says so. */
static struct str normal(const struct looking *l, struct str name)
{
	char *out = arena_alloc(l->a, name.n + 1);
	size_t n = 0;

	if (!node_bool(node_get(l->row, "loose"), false))
		return name;
	for (size_t i = 0; i < name.n; i++)
		if (!strchr("-_.", name.p[i]))
			out[n++] = (char)tolower((unsigned char)name.p[i]);
		else if (n && out[n - 1] != '-')
			out[n++] = '-';
	return (struct str){ out, n };
}

static bool has_name(const struct declared_list *names, struct str name)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_eq(names->at[i].name, name))
			return true;
	return false;
}

static void names_take(
	const struct looking *l, struct node patterns, struct str all, struct str part, struct declared_list *out)
{
	struct match m;

	for (uint32_t i = 0; i < node_list_count(patterns); i++) {
		struct regex *re = regex_new_flags(l->a, node_str(node_list_at(patterns, i)), REGEX_MULTILINE, NULL);
		for (size_t from = 0; re && from < part.n && regex_match_from(re, part, from, &m) == 1;) {
			struct str name = match_get(&m, "name");
			if (name.n && out->n < NAMES_MOST)
				*VEC_ADD(l->a, out) = (struct declared){ .name = normal(l, name),
					.at = (size_t)(name.p - all.p),
					.conditional = match_get(&m, "conditional").n > 0 };
			from = (size_t)(m.whole.p - part.p) + (m.whole.n ? m.whole.n : 1);
		}
		regex_free(re);
	}
}

/* The names in a text; part: the pattern of what is looked at, or an absent node for all. */
static void names_in(
	const struct looking *l, struct node part, struct node patterns, struct str text, struct declared_list *out)
{
	struct regex *re = node_str(part).n ? regex_new_flags(l->a, node_str(part), REGEX_MULTILINE, NULL) : NULL;
	struct match m;

	if (!node_str(part).n)
		names_take(l, patterns, text, text, out);
	for (size_t from = 0; re && from < text.n && regex_match_from(re, text, from, &m) == 1;) {
		names_take(l, patterns, text, str_or_empty(match_get(&m, "inside")), out);
		from = (size_t)(m.whole.p - text.p) + (m.whole.n ? m.whole.n : 1);
	}
	regex_free(re);
}

static struct dependency_finding *finding_add(struct looking *l, const char *kind, const struct declared *d)
{
	struct dependency_finding *f = VEC_ADD(l->a, &l->out->all);
	int64_t column;

	*f = (struct dependency_finding){ .kind = str_of(kind),
		.name = d->name,
		.file = l->manifest,
		.severity = node_int(node_get(node_get(l->table, "severities"), kind), 1) };
	text_place(l->text, d->at, &f->line, &column);
	return f;
}

static bool has_file(const struct looking *l, struct node globs)
{
	for (size_t i = 0; i < l->files->n; i++)
		if (node_list_globs(globs, l->files->at[i]))
			return true;
	return false;
}

/* ---- the lock file ---- */

/* Beside the manifest, or above it where the row permits that.  NULL: there is none that can be read. */
static const struct text *lock_of(struct looking *l, struct str *name)
{
	struct node names = node_get(l->row, "lock");
	bool above = node_bool(node_get(l->row, "above"), false);

	for (struct str dir = path_dir(l->manifest);; dir = path_dir(dir)) {
		bool is_root = !dir.n || str_is(dir, ".");
		for (uint32_t i = 0; i < node_list_count(names); i++) {
			*name = is_root ? node_str(node_list_at(names, i)) :
					  path_join(l->a, dir, node_str(node_list_at(names, i)));
			if (source_exists(l->view, *name))
				return source_read(l->view, *name);
		}
		if (is_root || !above)
			return NULL;
	}
}

static void deprecated_find(
	struct looking *l, const struct text *lock, struct str lock_name, const struct declared_list *declared)
{
	struct str pattern = node_str(node_get(l->row, "deprecated"));
	struct regex *re = pattern.n ? regex_new_flags(l->a, pattern, REGEX_MULTILINE, NULL) : NULL;
	struct match m;

	for (size_t from = 0; re && from < lock->all.n && regex_match_from(re, lock->all, from, &m) == 1;) {
		struct str name = normal(l, str_or_empty(match_get(&m, "name")));
		for (size_t i = 0; i < declared->n; i++)
			if (str_eq(declared->at[i].name, name))
				finding_add(l, "deprecated", &declared->at[i])->text = arena_printf(l->a,
					"'%.*s' is deprecated, says %.*s: %.*s", STR_ARG(name), STR_ARG(lock_name),
					STR_ARG(str_sub(str_or_empty(match_get(&m, "reason")), 0, REASON_LONGEST)));
		from = (size_t)(m.whole.p - lock->all.p) + m.whole.n;
	}
	regex_free(re);
}

static void lock_compare(struct looking *l, const struct declared_list *declared)
{
	struct declared_list locked = { 0 }, exempt = { 0 };
	struct str name;
	const struct text *lock = lock_of(l, &name);

	if (!lock || has_file(l, node_get(l->row, "unless")))
		return;
	deprecated_find(l, lock, name, declared);
	names_in(l, node_get(l->row, "lock_part"), node_get(l->row, "lock_names"), lock->all, &locked);
	names_take(l, node_get(l->row, "exempt"), l->text->all, l->text->all, &exempt);
	if (!locked.n || locked.n == NAMES_MOST)
		return;
	for (size_t i = 0; i < declared->n && !is_late(l); i++) {
		const struct declared *d = &declared->at[i];
		if (!d->conditional && !has_name(&locked, d->name) && !has_name(&exempt, d->name))
			finding_add(l, "unlocked", d)->text = arena_printf(l->a,
				"'%.*s' is declared, but not in %.*s, which is out of date", STR_ARG(d->name),
				STR_ARG(name));
	}
}

/* ---- what is installed ---- */

/* Is the folder before the first wildcard of the pattern in the project, not behind a link that leads out of it? */
static bool is_inside(const struct looking *l, struct str pattern)
{
	char *dir = arena_strdup(l->a, str_sub(pattern, 0, strcspn(pattern.p, "*?[")));
	char *end = strrchr(dir, '/');

	if (end)
		*end = '\0';
	char *real = realpath(dir, NULL);
	bool inside = real && path_below(str_of(real), source_root(l->view)).p;
	free(real);
	return inside;
}

static void installed_compare(struct looking *l, const struct declared_list *declared)
{
	struct str pattern = node_str(node_get(l->row, "installed"));
	struct str dir = path_join(l->a, source_root(l->view), path_dir(l->manifest));
	struct declared_list there = { 0 };
	glob_t found = { 0 };

	if (!pattern.n)
		return;
	/* A root with a character of globs is not looked at. */
	if (!strpbrk(arena_strdup(l->a, dir), "*?[\\") && is_inside(l, path_join(l->a, dir, pattern)) &&
		glob(path_join(l->a, dir, pattern).p, GLOB_NOSORT, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++) {
			struct str path = arena_str(l->a, str_of(found.gl_pathv[i]));
			names_take(l, node_get(l->row, "installed_name"), path, path, &there);
		}
	globfree(&found);
	for (size_t i = 0; i < declared->n && there.n && there.n < NAMES_MOST && !is_late(l); i++)
		if (!declared->at[i].conditional && !has_name(&there, declared->at[i].name))
			finding_add(l, "missing", &declared->at[i])->text = arena_printf(l->a,
				"'%.*s' is declared, but not installed in the project's environment",
				STR_ARG(declared->at[i].name));
}

/* ---- unused ---- */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool names_word(struct str text, struct str word)
{
	for (size_t i = 0; i + word.n <= text.n; i++)
		if (strncasecmp(text.p + i, word.p, word.n) == 0 && (!i || !is_word(text.p[i - 1])) &&
			(i + word.n == text.n || !is_word(text.p[i + word.n])))
			return true;
	return false;
}

/* Is it a file that only lists names: a manifest, or a lock file? */
static bool lists_names(const struct looking *l, struct str file)
{
	struct node rows = node_get(l->table, "manifests");

	for (uint32_t i = 0; i < node_list_count(rows); i++)
		if (node_list_globs(node_get(node_list_at(rows, i), "files"), file) ||
			node_list_has(node_get(node_list_at(rows, i), "lock"), path_base(file)))
			return true;
	return false;
}

static void searched_read(struct looking *l)
{
	size_t bytes = 0;

	l->was_read = true;
	for (size_t i = 0; i < l->files->n && !l->too_much; i++) {
		if (lists_names(l, l->files->at[i]))
			continue;
		const struct text *t = source_read(l->view, l->files->at[i]);
		bytes += t ? t->all.n : 0;
		/* A file that cannot be read might name anything. */
		l->too_much = !t || bytes > SEARCHED_BYTES || is_late(l);
		*VEC_ADD(l->a, &l->searched) = t;
	}
}

/* Does any file name it?  If not all were read, one might. */
static bool is_named(struct looking *l, struct str name, struct str word)
{
	if (!l->was_read)
		searched_read(l);
	for (size_t i = 0; i < l->searched.n && !l->too_much; i++)
		if (names_word(l->searched.at[i]->all, word) || names_word(l->searched.at[i]->all, name))
			return true;
	return l->too_much;
}

static void unused_find(struct looking *l, const struct declared_list *declared)
{
	struct node imports = node_get(l->row, "imports");

	if (!imports.image || l->files->n > SEARCHED_MOST || !has_file(l, node_get(l->row, "sources")))
		return;
	for (size_t i = 0; i < declared->n && !is_late(l); i++) {
		struct str word = node_str(node_get_str(imports, declared->at[i].name));
		if (word.n && !is_named(l, declared->at[i].name, word))
			finding_add(l, "unused", &declared->at[i])->text = arena_printf(l->a,
				"'%.*s' is declared, but nothing imports or names it", STR_ARG(declared->at[i].name));
	}
}

/* ---- near a known name ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Versions of one name: boto, boto3. */
static bool is_version_of(struct str x, struct str y)
{
	while (x.n && is_digit(x.p[x.n - 1]))
		x.n--;
	while (y.n && is_digit(y.p[y.n - 1]))
		y.n--;
	return str_eq(x, y);
}

/* The known name that is one slip away; empty: there is none, or it is known itself. */
static struct str nearest_known(struct looking *l, struct str name)
{
	struct node tables = node_get(l->row, "known"), others = node_get(l->row, "others");
	bool by_value = node_bool(node_get(l->row, "by_value"), false);
	struct str nearest = STR("");
	int least = NEAR + 1;

	if (name.n < NEAR_LENGTH || node_list_has(others, name))
		return nearest;
	for (uint32_t i = 0; i < node_list_count(tables); i++) {
		struct node t = pack_table(l->pack, arena_strdup(l->a, node_str(node_list_at(tables, i))));
		for (uint32_t k = 0; k < node_count(t); k++) {
			struct str known = normal(l, by_value ? node_str(node_at(t, k)) : node_key(t, k));
			if (str_eq(known, name))
				return STR("");
			int distance = known.n < NEAR_LENGTH || is_version_of(known, name) ? NEAR + 1 :
											     word_distance(name, known);
			if (distance < least) {
				least = distance;
				nearest = known;
			}
		}
	}
	return nearest;
}

static void near_find(struct looking *l, const struct declared_list *declared)
{
	for (size_t i = 0; i < declared->n && !is_late(l); i++) {
		struct str known = nearest_known(l, declared->at[i].name);
		if (!known.n)
			continue;
		struct dependency_finding *f = finding_add(l, "near", &declared->at[i]);
		f->text = arena_printf(l->a, "'%.*s' is not a known package, and one slip from '%.*s', which is",
			STR_ARG(declared->at[i].name), STR_ARG(known));
		f->fix = arena_printf(l->a,
			"write '%.*s' in %.*s, if that is meant; otherwise check whose package it is", STR_ARG(known),
			STR_ARG(l->manifest));
	}
}

/* ---- all of it ---- */

static void manifest_look(struct looking *l)
{
	struct declared_list declared = { 0 };

	names_in(l, node_get(l->row, "part"), node_get(l->row, "names"), l->text->all, &declared);
	lock_compare(l, &declared);
	installed_compare(l, &declared);
	unused_find(l, &declared);
	near_find(l, &declared);
}

void manifests_find(struct arena *a, const struct pack *pack, const struct str_list *files, struct str_list *out)
{
	struct node rows = node_get(pack_table(pack, "manifests"), "manifests");

	for (size_t i = 0; i < files->n; i++)
		for (uint32_t k = 0; k < node_list_count(rows); k++)
			if (node_list_globs(node_get(node_list_at(rows, k), "files"), files->at[i])) {
				*VEC_ADD(a, out) = files->at[i];
				break;
			}
}

void dependencies_find(struct arena *a, const struct pack *pack, struct source_tree *view, const struct str_list *files,
	double deadline, struct dependency_findings *out)
{
	struct looking l = { .a = a,
		.pack = pack,
		.view = view,
		.files = files,
		.out = out,
		.table = pack_table(pack, "manifests"),
		.deadline = deadline };
	struct node rows = node_get(l.table, "manifests");

	*out = (struct dependency_findings){ 0 };
	for (size_t i = 0; i < files->n && !is_late(&l); i++)
		for (uint32_t k = 0; k < node_list_count(rows); k++) {
			l.row = node_list_at(rows, k);
			l.manifest = files->at[i];
			if (!node_list_globs(node_get(l.row, "files"), l.manifest))
				continue;
			l.text = source_read(view, l.manifest);
			if (l.text)
				manifest_look(&l);
			else
				out->left_out++;
		}
}
