#include "validate/project_tests.h"

#include <glob.h>
#include <string.h>

#include "base/path.h"
#include "base/proc.h"
#include "rules/regex.h"
#include "rules/template.h"

enum { SIGNS_READ = 20 };

/* ---- the signs ---- */

static bool text_has(struct arena *a, const struct tree *tree, const char *path, struct str pattern)
{
	struct str name, text;
	struct stat st;

	if (!tree_name(a, tree, str_of(path), &name, NULL) || !tree_read(a, tree, name, &text, &st, NULL))
		return false;
	struct regex *re = regex_new_flags(a, pattern, REGEX_MULTILINE, NULL);
	bool has = re && regex_match(re, text, NULL) == 1;
	regex_free(re);
	return has;
}

static struct str glob_quote(struct arena *a, struct str text)
{
	struct str out = STR("");

	for (size_t i = 0; i < text.n; i++)
		out = arena_printf(a, "%.*s%s%c", STR_ARG(out), strchr("*?[\\", text.p[i]) ? "\\" : "", text.p[i]);
	return out;
}

/* dir: absolute. */
static bool is_there(struct arena *a, const struct tree *tree, struct str dir, struct node sign)
{
	struct str has = node_str(node_get(sign, "has"));
	struct str pattern = path_join(a, glob_quote(a, dir), node_str(node_get(sign, "file")));
	glob_t found = { 0 };
	bool there = false;

	if (glob(arena_strdup(a, pattern), GLOB_NOSORT, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc && i < SIGNS_READ && !there; i++)
			there = !has.p || text_has(a, tree, found.gl_pathv[i], has);
	globfree(&found);
	return there;
}

bool project_has_sign(struct arena *a, const struct tree *tree, struct str dir, struct node row)
{
	struct node signs = node_get(row, "signs");

	for (uint32_t i = 0; i < node_list_count(signs); i++)
		if (is_there(a, tree, dir, node_list_at(signs, i)))
			return true;
	return false;
}

/* ---- the programs ---- */

struct str programs_missing(struct arena *a, struct node row)
{
	struct node needs = node_get(row, "needs");
	struct str first = node_str(node_list_at(node_get(row, "argv"), 0));

	if (!proc_find(a, arena_strdup(a, first)).n)
		return first;
	for (uint32_t i = 0; i < node_list_count(needs); i++)
		if (!proc_find(a, arena_strdup(a, node_str(node_list_at(needs, i)))).n)
			return node_str(node_list_at(needs, i));
	return STR("");
}

/* ---- finding ---- */

static bool find_in(struct arena *a, const struct pack *pack, const struct tree *tree, struct str dir,
	struct project_tests *out, struct str *why)
{
	const struct template_values none = { 0 };
	struct node table = pack_table(pack, "project-tests");
	struct str full = dir.n ? path_join(a, tree->path, dir) : tree->path;

	for (uint32_t i = 0; i < node_list_count(table); i++) {
		struct node row = node_list_at(table, i);
		if (!project_has_sign(a, tree, full, row))
			continue;
		struct str absent = programs_missing(a, row);
		if (absent.n) {
			*why = arena_printf(a, "'%.*s' is not installed", STR_ARG(absent));
			continue;
		}
		*out = (struct project_tests){ .dir = dir,
			.prepare = node_get(row, "prepare").image ? template_argv(a, node_get(row, "prepare"), &none) :
								    NULL,
			.argv = template_argv(a, node_get(row, "argv"), &none),
			.row = row };
		return out->argv != NULL;
	}
	return false;
}

bool project_tests_find(struct arena *a, const struct pack *pack, const struct tree *tree, struct str file,
	struct project_tests *out, struct str *why)
{
	*why = STR("no tests of the project are known");
	for (struct str dir = path_dir(file);; dir = path_dir(dir)) {
		bool is_root = str_is(dir, ".") || !dir.n;
		if (find_in(a, pack, tree, is_root ? STR("") : dir, out, why))
			return true;
		if (is_root)
			return false;
	}
}

static bool is_command(struct node words, char *const *argv)
{
	uint32_t n = 0;

	for (size_t i = 0; argv[i]; i++) {
		struct str word = i ? str_of(argv[i]) : path_base(str_of(argv[i]));
		if (i && word.n && word.p[0] == '-')
			continue;
		if (n >= node_list_count(words) || !str_eq(node_str(node_list_at(words, n++)), word))
			return false;
	}
	return n == node_list_count(words);
}

bool project_tests_row_is(struct node row, char *const *argv)
{
	struct node same = node_get(row, "same");

	for (uint32_t i = 0; i < node_list_count(same); i++)
		if (is_command(node_list_at(same, i), argv))
			return true;
	return false;
}

bool project_tests_is(const struct project_tests *t, char *const *argv)
{
	return project_tests_row_is(t->row, argv);
}
