#include "fix/delegate.h"

#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "policy/policy_table.h"
#include "rules/confinement_profile.h"
#include "rules/programs.h"
#include "sandbox/sandbox.h"
#include "tree/patch.h"

struct delegating {
	struct arena *a;
	const struct policy *p;
	struct sandbox *copy;
	struct change **changes;
	size_t changes_n;
};

struct str delegate_own_program(
	struct arena *a, const struct policy *p, const struct tree *t, struct str dir, const char *name)
{
	struct str own = program_own(a, node_get(p->table, "own_programs"), t->path, dir, str_of(name));

	return own.p ? path_join(a, t->path, own) : STR_NONE;
}

/* ---- the files of the copy ---- */

static bool files_put(struct delegating *d, struct err *err)
{
	for (size_t i = 0; i < d->changes_n; i++) {
		struct change *c = d->changes[i];
		if (!c->new.p || (c->existed && str_eq(c->old, c->new)))
			continue;
		if (!sandbox_write(d->copy, c->path, c->new, (c->existed ? c->before.st_mode : 0) | 0600, err))
			return false;
	}
	return true;
}

static bool is_blank(struct str s)
{
	return str_trim(s).n == 0;
}

static bool files_take(struct delegating *d, struct err *err)
{
	struct stat st;

	for (size_t i = 0; i < d->changes_n; i++) {
		struct change *c = d->changes[i];
		bool blank = is_blank(c->new);
		int there = sandbox_read(d->a, d->copy, c->path, &c->new, &st, err);
		if (there < 0)
			return false;
		if (there == 0 && c->existed)
			return err_set(err, HEAL_WRONG, "it deletes '%s'", c->path.p);
		if (!blank && is_blank(c->new))
			return err_set(err, HEAL_WRONG, "it empties '%s'", c->path.p);
	}
	return true;
}

/* ---- a diff ---- */

/* The file with this name in a diff, below the directory where it was made; NULL: not one of the given files. */
static struct change *change_named(struct delegating *d, struct str dir, struct str printed_name)
{
	struct str full = path_join(d->a, sandbox_tree(d->copy)->path, dir),
		   below = path_is_absolute(printed_name) ? path_below(printed_name, full) : printed_name;
	struct str name = below.p ? path_normal(d->a, path_join(d->a, dir, below)) : STR_NONE;

	for (size_t i = 0; name.p && i < d->changes_n; i++)
		if (str_eq(d->changes[i]->path, name))
			return d->changes[i];
	return NULL;
}

static struct change *change_of(struct delegating *d, struct str dir, const struct patch_file *f)
{
	struct str printed_name[] = { f->new_name, f->old_name };
	struct change *found = NULL;

	for (size_t i = 0; i < 2 && !found; i++) {
		found = change_named(d, dir, printed_name[i]);
		if (!found && (str_starts(printed_name[i], "a/") || str_starts(printed_name[i], "b/")))
			found = change_named(d, dir, str_sub(printed_name[i], 2, printed_name[i].n));
	}
	return found;
}

static bool diff_take(struct delegating *d, struct str dir, struct str diff, struct err *err)
{
	struct patch_file f;
	bool any = false, ours = false;

	while (patch_next(&diff, &f)) {
		struct change *c = change_of(d, dir, &f);
		struct str now, new;
		struct stat st;
		any = true;
		if (!c)
			continue;
		ours = true;
		if (!tree_read(d->a, sandbox_tree(d->copy), c->path, &now, &st, err) ||
			!patch_apply(d->a, now, f.hunks, &new, err) ||
			!sandbox_write(d->copy, c->path, new, st.st_mode, err))
			return false;
	}
	return ours || !any || err_set(err, HEAL_WRONG, "its diff changes other files");
}

/* ---- running ---- */

static bool status_counts(const struct command *c, int status)
{
	int64_t n;

	for (size_t i = 0; i < c->statuses_n; i++)
		if (str_number(c->statuses[i], &n) && n == status)
			return true;
	/* Fixers exit with 1 if problems remain. */
	return c->statuses_n == 0 && status <= 1;
}

static bool delegate_run(struct delegating *d, const struct command *c, struct err *err)
{
	size_t n = 0;

	while (c->argv[n])
		n++;
	char **argv = arena_alloc(d->a, (n + 1) * sizeof(*argv));
	memcpy(argv, c->argv, (n + 1) * sizeof(*argv));
	struct str own = delegate_own_program(d->a, d->p, sandbox_tree(d->copy), c->dir, c->argv[0]);
	if (c->runs_project && own.p)
		argv[0] = arena_strdup(d->a, own);
	struct proc p = { .argv = argv,
		.helper = !c->runs_project,
		.timeout = config_double(d->p->config, "timeout"),
		.max = FILE_MAX,
		.split = c->prints_diff };
	struct proc_result r;

	if (!sandbox_run(d->a, d->copy, &p, c->dir, &r, err))
		return false;
	if (r.timed_out)
		return err_set(err, HEAL_WRONG, "'%s' took more than %g s", c->argv[0], p.timeout);
	if (!status_counts(c, r.status))
		return err_set(err, HEAL_WRONG, "'%s' failed with status %d", c->argv[0], r.status);
	if (c->prints_diff && r.truncated)
		return err_set(err, HEAL_WRONG, "the diff of '%s' is too long", c->argv[0]);
	return !c->prints_diff || diff_take(d, c->dir, r.output, err);
}

bool delegates_run(struct arena *a, const struct policy *p, const struct tree *t, const struct command *commands,
	size_t n, struct change **changes, size_t changes_n, struct err *err)
{
	struct delegating d = { .a = a, .p = p, .changes = changes, .changes_n = changes_n };
	struct str *names = arena_alloc(a, (changes_n + 1) * sizeof(*names));
	struct sandbox_subset subset = { node_get(p->table, "copies"), names, changes_n };
	struct sandbox_options o = { .root = t->path.p,
		.limits.bytes = (uint64_t)config_int(p->config, "trial.max_mb") << 20,
		.subset = &subset,
		.run = confinement_profile(a, p->table, "fixer") };

	if (n == 0)
		return true;
	for (size_t i = 0; i < changes_n; i++)
		names[i] = changes[i]->path;
	d.copy = sandbox_new(&o, err);
	bool ok = d.copy && files_put(&d, err);
	for (size_t i = 0; ok && i < n; i++)
		ok = delegate_run(&d, &commands[i], err);
	ok = ok && files_take(&d, err);
	sandbox_free(d.copy);
	return ok;
}
