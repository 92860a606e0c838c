#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/temporary_folder.h"
#include "sandbox/copy_tree.h"

#define FOLDER ".heal-temporary" /* no name of a project */

struct sandbox {
	struct arena a, scratch;
	struct temporary_folder top;
	struct link_names names;
	struct tree original, copy;
	struct source_tree *view;
	const struct confinement *observed, *run;
	struct confined *kept; /* of the observed commands */
	struct names overlaid; /* directories that are not in the copy */
	struct str folder;     /* the temporary directory of commands; empty: they are not confined */
	bool stale;            /* the view may be out of date */
	struct str cwd, here;  /* working directory of the command: in the project, in the copy */
	enum { PLACE_UNKNOWN, PLACE_OF_PROJECT, PLACE_OWN } place;
};

/* ---- creating ---- */

/* The working directory by the shell's name for it ($PWD), if that is correct. */
static struct str logical_name(struct sandbox *s, const char *root)
{
	const char *pwd = getenv("PWD");
	struct stat x, y;

	if (path_is_absolute(str_of(root)))
		return str_of(root);
	if (!pwd || pwd[0] != '/' || stat(pwd, &x) < 0 || stat(".", &y) < 0 || x.st_dev != y.st_dev ||
		x.st_ino != y.st_ino)
		return s->names.root;
	return path_join(&s->a, str_of(pwd), str_of(root));
}

static bool find_original(struct sandbox *s, const struct sandbox_options *o, struct err *err)
{
	char real[PATH_MAX];

	if (!realpath(o->root, real))
		return err_errno(err, HEAL_WRONG, "cannot copy '%s'", o->root);
	s->names.root = s->original.path = arena_str(&s->a, str_of(real));
	s->names.given = path_normal(&s->a, logical_name(s, o->root));
	s->cwd = o->cwd ? arena_str(&s->a, str_of(o->cwd)) : s->names.root;
	s->original.fd = open(real, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return s->original.fd >= 0 || err_errno(err, HEAL_WRONG, "cannot copy '%s'", o->root);
}

static bool make_root(struct sandbox *s, struct err *err)
{
	const char *name = arena_strdup(&s->a, path_base(s->names.root));

	temporary_folders_sweep();
	if (!temporary_folder_make(&s->a, &s->top, "trial", err))
		return false;
	name = *name ? name : "root"; /* the project is "/" */
	s->names.copy = s->copy.path = path_join(&s->a, s->top.path, str_of(name));
	if (mkdirat(s->top.fd, name, 0700) < 0 || (s->copy.fd = dir_open_inside(s->top.fd, name)) < 0)
		return err_errno(err, HEAL_REFUSED, "cannot make '%s'", s->copy.path.p);
	return true;
}

/* The files in the folder of `name`, if it is not there. */
static bool copy_beside(
	struct sandbox *s, const struct copy_source *source, struct copy_budget *left, struct str name, struct err *err)
{
	const char *base;
	struct dirs_above made = { 0 };
	struct stat st;
	int there = tree_stat(&s->scratch, &s->copy, name, &st, err), from, to = -1;

	if (there != 0)
		return there > 0;
	from = tree_dir(&s->scratch, &s->original, name, &base, err);
	if (from < 0)
		return errno == ENOENT; /* it will be created, with its directory */
	if (tree_make_dirs(&s->scratch, &s->copy, name, &made, err))
		to = tree_dir(&s->scratch, &s->copy, name, &base, err);
	bool ok = to >= 0 && copy_files(source, left, path_dir(name), from, to, err);
	close(from);
	if (to >= 0)
		close(to);
	return ok;
}

static bool copy_subset(struct sandbox *s, const struct sandbox_options *o, struct err *err)
{
	struct copy_source source = { .names = s->names, .subset = o->subset };
	struct copy_budget left;

	copy_budget_begin(&left, &o->limits, s->top.fd);
	if (!copy_tree(&source, &left, s->original.fd, s->copy.fd, err)) {
		dir_empty(s->copy.fd);
		copy_budget_begin(&left, &o->limits, s->top.fd);
	}
	for (size_t i = 0; i < o->subset->files_n; i++)
		if (!copy_beside(s, &source, &left, o->subset->files[i], err))
			return false;
	return true;
}

/* Without the directories that an overlay can show.  false: there are none, or it is still too much. */
static bool copy_rest(struct sandbox *s, const struct sandbox_options *o)
{
	struct copy_source source = { s->names, NULL, o->overlaid, &s->overlaid, &s->a };
	struct copy_budget left;
	struct err err;

	if (!o->observed || !o->observed->namespace || !node_list_count(o->overlaid))
		return false;
	dir_empty(s->copy.fd);
	copy_budget_begin(&left, &o->limits, s->top.fd);
	return copy_tree(&source, &left, s->original.fd, s->copy.fd, &err) && s->overlaid.all.n;
}

static bool copy_original(struct sandbox *s, const struct sandbox_options *o, struct err *err)
{
	struct copy_source source = { .names = s->names };
	struct copy_budget left;

	if (o->subset)
		return copy_subset(s, o, err);
	copy_budget_begin(&left, &o->limits, s->top.fd);
	return copy_tree(&source, &left, s->original.fd, s->copy.fd, err) || copy_rest(s, o);
}

static bool look(struct sandbox *s, struct err *err)
{
	struct str below = path_below(s->cwd, s->names.root);

	s->here = path_normal(&s->a, path_join(&s->a, s->copy.path, below.p ? below : STR(".")));
	s->view = source_new(s->copy.path.p, s->here.p, err);
	return s->view != NULL;
}

/* Beside the copy: what a command leaves there is not part of the project. */
static bool make_folder(struct sandbox *s, const struct sandbox_options *o, struct err *err)
{
	s->observed = o->observed;
	s->run = o->run;
	if (!o->observed && !o->run)
		return true;
	s->folder = path_join(&s->a, s->top.path, STR(FOLDER));
	return mkdirat(s->top.fd, FOLDER, 0700) == 0 || err_errno(err, HEAL_REFUSED, "cannot make '%s'", s->folder.p);
}

struct sandbox *sandbox_new(const struct sandbox_options *o, struct err *err)
{
	struct sandbox *s = calloc(1, sizeof(*s));

	if (!s)
		out_of_memory();
	s->a = s->scratch = ARENA_INIT;
	s->top = TEMPORARY_FOLDER_NONE;
	s->original.fd = s->copy.fd = -1;
	bool ok = find_original(s, o, err) && make_root(s, err) && copy_original(s, o, err) && make_folder(s, o, err) &&
		look(s, err);
	tree_close(&s->original);
	if (ok)
		return s;
	sandbox_free(s);
	return NULL;
}

void sandbox_free(struct sandbox *s)
{
	if (!s)
		return;
	source_free(s->view);
	tree_close(&s->copy);
	confined_drop(&s->kept);
	temporary_folder_remove(&s->top);
	arena_free(&s->scratch);
	arena_free(&s->a);
	free(s);
}

/* ---- reading ---- */

const struct tree *sandbox_tree(const struct sandbox *s)
{
	return &s->copy;
}

const char *sandbox_project(const struct sandbox *s)
{
	return s->names.root.p;
}

struct source_tree *sandbox_view(struct sandbox *s)
{
	if (s->stale)
		source_forget(s->view);
	s->stale = false;
	return s->view;
}

int sandbox_read(struct arena *a, const struct sandbox *s, struct str path, struct str *content, struct stat *st,
	struct err *err)
{
	int there = tree_stat(a, &s->copy, path, st, err);

	return there != 1 || tree_read(a, &s->copy, path, content, st, err) ? there : -1;
}

/* ---- writing ---- */

/* The kernel's file times advance only with each tick: a file built in the same tick would not be older than this one.
 */
static bool time_set(int fd)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT } };

	return clock_gettime(CLOCK_REALTIME, &times[1]) == 0 && futimens(fd, times) == 0;
}

static int dir_of(struct sandbox *s, struct str path, const char **base, struct err *err)
{
	struct dirs_above made = { 0 };
	int dir = tree_dir(&s->scratch, &s->copy, path, base, err);

	if (dir >= 0 || errno != ENOENT || !tree_make_dirs(&s->scratch, &s->copy, path, &made, err))
		return dir;
	return tree_dir(&s->scratch, &s->copy, path, base, err);
}

/* The file, if it is there, is ours alone and has that mode: it is overwritten then, because to make and rename a file
 * takes ten times as long.  No command is running in the copy that could see a half of it. */
static int own_file_open(int dir, const char *base, mode_t mode)
{
	struct stat st;
	int fd = openat(dir, base, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1 && st.st_uid == geteuid() &&
		(st.st_mode & 07777) == (mode & 07777))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool overwrite(int fd, struct str content)
{
	bool ok = fd_write(fd, content) && ftruncate(fd, (off_t)content.n) == 0 && time_set(fd);

	return close(fd) == 0 && ok;
}

static bool write_new(int dir, const char *base, struct str content, mode_t mode)
{
	char temporary[64];

	snprintf(temporary, sizeof(temporary), ".heal-%d.new", (int)getpid());
	int fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool ok = fd >= 0 && fd_write(fd, content) && fchmod(fd, mode & 07777) == 0 && time_set(fd);
	return fd >= 0 && close(fd) == 0 && ok && renameat(dir, temporary, dir, base) == 0;
}

bool sandbox_write(struct sandbox *s, struct str path, struct str content, mode_t mode, struct err *err)
{
	const char *base;
	int dir = dir_of(s, path, &base, err);

	if (dir < 0)
		return false;
	s->stale = true;
	int fd = own_file_open(dir, base, mode);
	bool ok = fd >= 0 ? overwrite(fd, content) : write_new(dir, base, content, mode);
	if (!ok)
		err_errno(err, HEAL_REFUSED, "cannot write '%.*s' in the copy", STR_ARG(path));
	close(dir);
	arena_reset(&s->scratch);
	return ok;
}

void sandbox_remove(struct sandbox *s, struct str path)
{
	const char *base;
	int dir = tree_dir(&s->scratch, &s->copy, path, &base, NULL);

	if (dir < 0)
		return;
	s->stale = true;
	unlinkat(dir, base, 0);
	close(dir);
	arena_reset(&s->scratch);
}

/* ---- running ---- */

static bool observe_in_place(struct sandbox *s, struct observe_options o, struct observed_run *w, struct err *err)
{
	o.dir = s->cwd.p;
	o.copy = s->copy.path.p;
	o.original = s->names.root.p;
	return observe(&o, w, err);
}

static bool watch_in_copy(struct sandbox *s, struct observe_options o, struct observed_run *w, struct err *err)
{
	o.dir = s->here.p;
	return observe(&o, w, err);
}

bool sandbox_observe(struct sandbox *s, const struct observe_options *o, struct observed_run *w, struct err *err)
{
	struct observe_options confined = *o;

	confined.confinement = s->observed;
	confined.folder = s->folder.p;
	confined.write = s->copy.path.p;
	confined.read = s->names.root.p;
	confined.overlaid = s->overlaid.all.n ? &s->overlaid : NULL;
	confined.kept = &s->kept;
	o = &confined;
	s->stale = true;
	if (s->place == PLACE_OWN)
		return watch_in_copy(s, *o, w, err);
	if (!observe_in_place(s, *o, w, err))
		return false;
	if (w->run.start != RUNNER_NO_NAMESPACE) {
		if (s->place == PLACE_UNKNOWN)
			source_alias(s->view, s->names.root);
		s->place = PLACE_OF_PROJECT;
		return true;
	}
	if (s->overlaid.all.n)
		return err_set(err, HEAL_REFUSED,
			"the project is too large to copy (trial.max_mb), and no overlay of '%s/%.*s' can be mounted",
			s->names.root.p, STR_ARG(s->overlaid.all.at[0]));
	if (s->place == PLACE_OF_PROJECT)
		return err_set(err, HEAL_REFUSED, "cannot mount the copy at '%s' any more", s->names.root.p);
	s->place = PLACE_OWN;
	observed_run_release(w);
	return watch_in_copy(s, *o, w, err);
}

static bool run_there(struct arena *a, struct sandbox *s, const struct proc *p, struct str dir, const char *folder,
	struct proc_result *r, struct err *err)
{
	struct proc here = *p;
	int fd;

	here.dir = tree_cwd(a, &s->copy, dir, &fd, err);
	if (!here.dir)
		return false;
	if (!here.confinement)
		here.confinement = s->run;
	if (here.confinement) {
		here.folder = folder;
		here.write = s->copy.path.p;
		here.read = s->names.root.p;
		here.overlaid = s->overlaid.all.n ? &s->overlaid : NULL;
		/* By its name, because the directory that is open is in the mount namespace of this process. */
		here.dir = arena_strdup(a, path_join(a, s->copy.path, dir));
	}
	s->stale = true;
	bool ran = proc_run(a, &here, r, err);
	close(fd);
	/* What it left in the home is for the observed commands as well. */
	if (here.confinement && folder)
		confined_drop(&s->kept);
	return ran;
}

bool sandbox_run(struct arena *a, struct sandbox *s, const struct proc *p, struct str dir, struct proc_result *r,
	struct err *err)
{
	return run_there(a, s, p, dir, s->folder.p, r, err);
}

bool sandbox_ask(struct arena *a, struct sandbox *s, const struct proc *p, struct proc_result *r, struct err *err)
{
	return run_there(a, s, p, STR(""), NULL, r, err);
}
