#include "needs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "lang/script_needs.h"

enum { FILE_LIMIT = 16 << 20 };

struct needs_run {
	const struct detector_options *o;
	struct detector *d;
	const struct script_need *now;
	struct str shown;
};

static void need_found(void *ctx, struct record *r)
{
	struct needs_run *run = ctx;

	r->error.file = run->shown;
	r->error.line = run->now->line;
	r->error.column = run->now->column;
	run->o->found(run->o->ctx, r);
}

/* In the PATH of this process, or in what the script adds to it. */
static bool is_here(struct arena *a, const struct script_needs *all, struct str name)
{
	struct str rest = all->path, folder;

	if (proc_find(a, arena_strdup(a, name)).n)
		return true;
	while (str_split(&rest, ':', &folder))
		if (folder.n && proc_find(a, arena_printf(a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name)).p).n)
			return true;
	return false;
}

/* If something is sourced that was not found, a name that nobody knows may be a function in it. */
static bool is_known(const struct needs_run *run, struct str name)
{
	struct str path = name.n && name.p[0] == '/' ? name : STR_NONE;

	return path.n || node_list_has(pack_table(run->o->pack, "common-commands"), name) ||
		node_kind(node_get_str(pack_table(run->o->pack, "debian-commands"), name)) != NODE_NONE;
}

static bool is_lacking(struct arena *a, const struct needs_run *run, const struct script_needs *all, size_t i)
{
	const struct script_need *need = &all->at[i];

	if (is_here(a, all, need->name) || (!all->complete && !is_known(run, need->name)))
		return false;
	for (size_t k = 0; need->either && k < all->n; k++)
		if (all->at[k].either == need->either && is_here(a, all, all->at[k].name))
			return false;
	return true;
}

static void need_tell(struct arena *a, struct needs_run *run, const struct script_need *need)
{
	bool is_path = need->name.p[0] == '/';
	struct str line = arena_printf(a, "%.*s: line %lld: %.*s: %s\n", STR_ARG(run->shown), (long long)need->line,
		STR_ARG(need->name), is_path ? "No such file or directory" : "command not found");

	run->now = need;
	detector_begin(run->d, run->shown);
	detector_feed(run->d, line);
	detector_end(run->d);
}

static void script_read(struct arena *a, struct needs_run *run, const char *name, struct str text)
{
	bool input = strcmp(name, "-") == 0;
	char *path = input ? NULL : realpath(name, NULL);
	struct str below = path ? path_below(str_of(path), run->o->cwd) : STR_NONE;

	run->shown = input ? STR("stdin") : below.n ? arena_str(a, below) : arena_str(a, str_of(name));
	if (!is_shell_script(run->o->pack, str_of(name), text))
		say("'%s' is no shell script; only its interpreter is looked for", name);
	struct script_needs all = script_needs_of(a, run->o->pack, path ? str_of(path) : STR("./-"), text);
	for (size_t i = 0; i < all.n; i++)
		if (is_lacking(a, run, &all, i))
			need_tell(a, run, &all.at[i]);
	free(path);
}

static bool text_of(struct arena *a, const char *name, struct str *text, struct err *err)
{
	if (strcmp(name, "-") == 0)
		return fd_read(a, STDIN_FILENO, FILE_LIMIT, text, err);
	return file_read(a, name, FILE_LIMIT, text, err);
}

void needs_tell(const char *const *names, const struct detector_options *o)
{
	struct detector_options d = *o;
	struct needs_run run = { .o = o };

	d.found = need_found;
	d.ctx = &run;
	d.threads = false;
	run.d = detector_new(&d);
	for (; *names; names++) {
		struct arena a = ARENA_INIT;
		struct str text;
		struct err err;
		if (text_of(&a, *names, &text, &err))
			script_read(&a, &run, *names, text);
		else
			complain(err.status, "%s", err.text);
		arena_free(&a);
	}
	detector_free(run.d);
}
