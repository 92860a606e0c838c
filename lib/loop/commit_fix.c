#include "loop/commit_fix.h"

#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/temporary_folder.h"
#include "journal/journal.h"
#include "rules/template.h"

enum { SECONDS = 60, SUBJECT_MAX = 73, FILES_MOST = 1000 };

struct commit {
	struct arena *a;
	struct node row; /* `commit` of the version control */
	const struct tree *tree;
	struct str rev, path, parent, made; /* slots of the commands */
	struct str_list paths;
	struct str prefix; /* of the root in the repository: "" or "dir/" */
	struct buf staged; /* lines for `stage` */
	struct str output; /* of the last command */
	const char *index; /* its own, or NULL */
};

static struct str slot_get(void *ctx, struct str name)
{
	const struct commit *c = ctx;

	return str_is(name, "rev")     ? c->rev :
		str_is(name, "path")   ? c->path :
		str_is(name, "parent") ? c->parent :
		str_is(name, "made")   ? c->made :
					 STR_NONE;
}

static bool slot_list(void *ctx, struct str name, const struct str **words, size_t *n)
{
	const struct commit *c = ctx;

	if (!str_is(name, "paths"))
		return false;
	*words = c->paths.at;
	*n = c->paths.n;
	return true;
}

/* Variables of the commands: those of the table, the user's that say who commits, and the index. */
static char *const *variables_of(struct commit *c)
{
	struct node set = node_get(c->row, "environment"), user = node_get(c->row, "identity");
	VEC(char *) all = { 0 };

	for (uint32_t i = 0; i < node_list_count(set); i++)
		*VEC_ADD(c->a, &all) = arena_strdup(c->a, node_str(node_list_at(set, i)));
	for (uint32_t i = 0; i < node_list_count(user); i++) {
		const char *name = arena_strdup(c->a, node_str(node_list_at(user, i))), *value = getenv(name);
		if (value)
			*VEC_ADD(c->a, &all) = arena_strdup(c->a, arena_printf(c->a, "%s=%s", name, value));
	}
	if (c->index)
		*VEC_ADD(c->a, &all) = arena_strdup(
			c->a, arena_printf(c->a, "%.*s=%s", STR_ARG(node_str(node_get(c->row, "index"))), c->index));
	*VEC_ADD(c->a, &all) = NULL;
	return all.at;
}

/* Run the command of that name; its output, trimmed, is in c->output.  false: it failed. */
static bool run(struct commit *c, const char *name, struct str input, struct err *err)
{
	struct template_values v = { .get = slot_get, .list = slot_list, .ctx = c };
	bool hooked = str_is(str_of(name), "whole");
	struct node base = node_get(c->row, hooked ? "hooked" : "base");
	char **first = template_argv(c->a, base, &v), **rest = template_argv(c->a, node_get(c->row, name), &v);
	struct proc_result r;
	size_t n = 0, m = 0;

	if (!first || !rest)
		return err_set(err, HEAL_BROKEN, "the version control has no command '%s'", name);
	while (first[n])
		n++;
	while (rest[m])
		m++;
	char **argv = arena_alloc(c->a, (n + m + 1) * sizeof(*argv));
	memcpy(argv, first, n * sizeof(*argv));
	memcpy(argv + n, rest, (m + 1) * sizeof(*argv));
	struct proc p = { .argv = argv,
		.dir = arena_strdup(c->a, c->tree->path),
		.helper = !hooked,
		.also = hooked ? NULL : variables_of(c),
		.input = input,
		.timeout = SECONDS,
		.split = true };
	if (!proc_run(c->a, &p, &r, err))
		return false;
	c->output = str_trim(r.output);
	return r.status == 0 ||
		err_set(err, HEAL_REFUSED, "'%.200s' failed: %.200s", argv_show(c->a, argv).p,
			visible_in(c->a, str_trim(str_sub(r.err_output, 0, str_chr(r.err_output, '\n')))));
}

static struct node vcs_find(struct arena *a, const struct pack *pack, struct str root)
{
	struct node rows = pack_table(pack, "vcs");

	for (uint32_t i = 0; i < node_count(rows); i++) {
		struct node row = node_at(rows, i);
		for (struct str at = root; node_get(row, "commit").image && at.n; at = path_dir(at)) {
			if (file_exists(path_join(a, at, node_str(node_get(row, "sign"))).p))
				return node_get(row, "commit");
			if (at.n <= 1)
				break;
		}
	}
	return (struct node){ 0 };
}

/* The name of an object; empty: there is none. */
static struct str object_name(struct commit *c, struct str rev)
{
	c->rev = rev;
	return run(c, "name", STR_NONE, NULL) ? c->output : STR("");
}

static bool refuse(struct err *err, struct str path, const char *why)
{
	return err_set(err, HEAL_PERSON, "'%.*s' %s", STR_ARG(path), why);
}

/* ---- the files ---- */

static bool stage_file(
	struct commit *c, const struct journal_entry *e, size_t i, const struct json *row, struct err *err)
{
	struct str path = e->paths[i], old, now, was, is = STR("");
	bool existed = json_bool(json_get(row, "existed"), false);
	char sha[SHA256_HEX] = "";
	struct stat st;

	c->path = path;
	if (!run(c, "filter", STR_NONE, err))
		return false;
	if (!str_ends(c->output, ": unspecified") && !str_ends(c->output, ": unset"))
		return refuse(err, path, "has a git filter, which is not run");
	was = object_name(
		c, arena_printf(c->a, "%.*s:%.*s%.*s", STR_ARG(c->parent), STR_ARG(c->prefix), STR_ARG(path)));
	if (existed != (was.n > 0))
		return refuse(err, path, existed ? "was not committed before" : "is in the last commit");
	if (existed && (!journal_old(c->a, e, i, &old, err) || !run(c, "store", old, err)))
		return false;
	if (existed && !str_eq(c->output, was))
		return refuse(err, path, "had changes that were not committed");
	if (!run(c, "staged", STR_NONE, err))
		return false;
	if (str_find(c->output, was) == c->output.n && (existed || c->output.n))
		return refuse(err, path, "has staged changes");
	if (tree_stat(c->a, c->tree, path, &st, err) == 1) {
		if (!tree_read(c->a, c->tree, path, &now, &st, err))
			return false;
		sha256_of(now, sha);
		if (!run(c, "store", now, err))
			return false;
		is = c->output;
	}
	if (!str_is(json_str(json_get(row, "new")), sha))
		return refuse(err, path, "was changed after the fix");
	static const char none[] = "0000000000000000000000000000000000000000";
	buf_printf(&c->staged, "%s %.*s\t%.*s%.*s", is.n ? (st.st_mode & 0100 ? "100755" : "100644") : "0",
		is.n ? (int)is.n : (int)sizeof(none) - 1, is.n ? is.p : none, STR_ARG(c->prefix), STR_ARG(path));
	buf_addc(&c->staged, '\0');
	*VEC_ADD(c->a, &c->paths) = path;
	return true;
}

static bool stage_files(struct commit *c, const struct journal_entry *e, struct err *err)
{
	size_t i = 0;

	JSON_EACH(row, json_get(e->manifest, "files")) {
		if (i >= e->n || i >= FILES_MOST || !stage_file(c, e, i, row, err))
			return false;
		i++;
	}
	return i > 0 || err_set(err, HEAL_PERSON, "the fix changed no file");
}

/* ---- the commit ---- */

static struct str message_of(struct arena *a, const struct record *r)
{
	const struct solution *s = solution_find(r, r->fix.solution);
	struct str subject = s && s->description.n ? s->description : r->fix.solution;
	char first[SUBJECT_MAX], text[400];

	if (str_ends(subject, "."))
		subject = str_sub(subject, 0, subject.n - 1);
	visible(subject, first, sizeof(first));
	visible(r->error.message, text, sizeof(text));
	return arena_printf(a, "%s\n\nIt resolves: %s\n\nHeal-Solution: %s\nHeal-Fingerprint: %s\nHeal-Plan: %s\n",
		first, text, visible_in(a, r->fix.solution), visible_in(a, r->fingerprint), visible_in(a, r->fix.plan));
}

/* In an index of its own: what the user has staged stays out of it. */
static bool write_tree(struct commit *c, struct err *err)
{
	struct temporary_folder folder = TEMPORARY_FOLDER_NONE;
	bool ok = temporary_folder_make(c->a, &folder, "commit", err);

	if (ok) {
		c->index = arena_printf(c->a, "%.*s/index", STR_ARG(folder.path)).p;
		ok = run(c, "read", STR_NONE, err) && run(c, "stage", buf_str(&c->staged), err) &&
			run(c, "tree", STR_NONE, err);
		c->index = NULL;
	}
	c->made = c->output;
	temporary_folder_remove(&folder);
	return ok;
}

static bool write_commit(struct commit *c, const struct config *config, const struct record *r, struct err *err)
{
	struct str message = message_of(c->a, r);

	if (config_bool(config, "commit.hooks")) {
		if (!run(c, "whole", message, err))
			return false;
		c->made = object_name(c, STR("HEAD"));
		return true;
	}
	if (!write_tree(c, err) || !run(c, "commit", message, err))
		return false;
	c->made = c->output;
	return run(c, "move", STR_NONE, err) && run(c, "stage", buf_str(&c->staged), err);
}

static bool entry_find(struct arena *a, struct str name, struct journal_entry *out, struct err *err)
{
	struct journal_entry *all;
	size_t n;

	if (!journal_list(a, name, &all, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_eq(all[i].name, name)) {
			*out = all[i];
			return true;
		}
	return err_set(err, HEAL_REFUSED, "the undo journal has no entry of the fix");
}

static bool begin(struct commit *c, struct err *err)
{
	struct node busy = node_get(c->row, "busy");

	for (uint32_t i = 0; i < node_list_count(busy); i++)
		if (object_name(c, node_str(node_list_at(busy, i))).n)
			return err_set(err, HEAL_PERSON, "%.*s: a merge, rebase or similar operation is in progress",
				STR_ARG(node_str(node_list_at(busy, i))));
	c->parent = object_name(c, node_str(node_get(c->row, "head")));
	if (!c->parent.n)
		return err_set(err, HEAL_PERSON, "the repository has no commit yet");
	if (!run(c, "prefix", STR_NONE, err))
		return false;
	c->prefix = c->output;
	return true;
}

bool commit_fix(struct arena *a, const struct pack *pack, const struct config *config, const struct tree *tree,
	const struct record *r, struct str *name, struct err *err)
{
	struct commit c = { .a = a, .row = vcs_find(a, pack, tree->path), .tree = tree };
	struct journal_entry e;

	if (!c.row.image)
		return err_set(err, HEAL_PERSON, "the project is not in a repository");
	buf_init(&c.staged, 1 << 20);
	bool ok = entry_find(a, r->fix.backup, &e, err) && begin(&c, err) && stage_files(&c, &e, err) &&
		write_commit(&c, config, r, err);
	buf_release(&c.staged);
	*name = c.made;
	return ok;
}
