#include "policy/plan_inputs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/vec.h"
#include "policy/policy_table.h"

/* SCAN_MAX: larger files, such as lock files, are hashed, but not searched for names. */
enum {
	INPUTS_MAX = 1000,
	SCAN_MAX = 256 << 10,
	SCAN_WORDS = 20000,
	DEPTH_MAX = 6,
	MEMBER_LEVELS = 4,
	INPUT_MAX = 64 << 20
};

struct finding {
	struct arena *a;
	const struct policy *p;
	const struct tree *t;
	const struct plan *plan;
	VEC(struct plan_input) all;
};

static void add_file(struct finding *f, struct str name, int depth);

/* ---- one file ---- */

/* A link's target is what a command reads, wherever it is; the name is only read. */
static int open_input(struct finding *f, struct str name)
{
	int fd = tree_file(f->t, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0, NULL);

	if (fd < 0)
		fd = open(arena_strdup(f->a, path_join(f->a, f->t->path, name)),
			O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return fd;
}

/* The SHA-256 of the content; of size and times if it cannot be read or is too large.  text: the content, or empty. */
static bool hash_input(struct finding *f, int fd, char sha[SHA256_HEX], struct str *text)
{
	struct stat st;
	struct err err;

	*text = STR("");
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	if (st.st_size <= INPUT_MAX && fd_read(f->a, fd, INPUT_MAX, text, &err)) {
		sha256_of(*text, sha);
		return true;
	}
	*text = STR("");
	sha256_of(arena_printf(f->a, "%lld %lld %lld.%09ld", (long long)st.st_ino, (long long)st.st_size,
			  (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec),
		sha);
	return true;
}

/* The text that a command will find: the plan's own edits are made before its commands run. */
static struct str text_then(const struct finding *f, struct str name, struct str now)
{
	for (size_t i = 0; i < f->plan->n; i++) {
		const struct change *c = &f->plan->changes[i];
		if (c->kind == CHANGE_WRITE && str_eq(c->path, name))
			return c->new;
	}
	return now;
}

static bool has(const struct finding *f, struct str name)
{
	for (size_t i = 0; i < f->all.n; i++)
		if (str_eq(f->all.at[i].path, name))
			return true;
	return false;
}

/* ---- what a file names ---- */

static bool is_word_byte(char c)
{
	return c && !strchr(" \t\r\n\"'`=,;:()[]{}<>|&$!?*#\\", c);
}

static void add_word(struct finding *f, struct str dir, struct str word, int depth);

static void add_folder(struct finding *f, struct str dir, int depth)
{
	int fd = tree_file(f->t, dir.n ? dir : STR("."), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, NULL);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !d)
		close(fd);
	for (struct dirent *e; d && (e = readdir(d));)
		if (globs_match(f->p->inputs.at, f->p->inputs.n, str_of(e->d_name)))
			add_file(f,
				dir.n ? arena_printf(f->a, "%.*s/%s", STR_ARG(dir), e->d_name) :
					arena_str(f->a, str_of(e->d_name)),
				depth);
	if (d)
		closedir(d);
	for (size_t i = 0; i < f->p->inputs.n; i++)
		if (str_chr(f->p->inputs.at[i], '/') < f->p->inputs.at[i].n)
			add_word(f, dir, f->p->inputs.at[i], depth);
}

/* The directories below `dir`, down to so many levels: where the members of a workspace are. */
static void add_members(struct finding *f, struct str dir, int levels, int depth)
{
	int fd = tree_file(f->t, dir.n ? dir : STR("."), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, NULL);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct node installed = node_get(f->p->table, "installed_folders");

	if (fd >= 0 && !d)
		close(fd);
	for (struct dirent *e; d && f->all.n < INPUTS_MAX && (e = readdir(d));) {
		if (e->d_type != DT_DIR || e->d_name[0] == '.' || node_list_has(installed, str_of(e->d_name)))
			continue;
		struct str below = path_join(f->a, dir, arena_str(f->a, str_of(e->d_name)));
		add_folder(f, below, depth);
		if (levels > 1)
			add_members(f, below, levels - 1, depth);
	}
	if (d)
		closedir(d);
}

/* A word that ends before a star: "packages/", or nothing. */
static void add_star(struct finding *f, struct str dir, struct str word, bool doubled, int depth)
{
	struct str name;

	if (word.n && word.p[word.n - 1] != '/')
		return;
	struct str folder = path_normal(f->a, path_join(f->a, dir, word));
	if (folder.n == 0 || str_is(folder, "."))
		add_members(f, STR(""), doubled ? MEMBER_LEVELS : 1, depth);
	else if (tree_name(f->a, f->t, folder, &name, NULL))
		add_members(f, name, doubled ? MEMBER_LEVELS : 1, depth);
}

/* A file or directory that the word names, seen from the directory `dir`. */
static void add_word(struct finding *f, struct str dir, struct str word, int depth)
{
	struct stat st;
	struct str name;

	if (word.n == 0 || word.n > 512 || str_is(word, ".") || str_is(word, "..") ||
		!tree_name(f->a, f->t, path_normal(f->a, path_is_absolute(word) ? word : path_join(f->a, dir, word)),
			&name, NULL))
		return;
	if (tree_stat(f->a, f->t, name, &st, NULL) != 1) {
		if (text_then(f, name, STR_NONE).p)
			add_file(f, name, depth);
		return;
	}
	if (S_ISDIR(st.st_mode))
		add_folder(f, name, depth);
	else
		add_file(f, name, depth);
}

/* After a quote, or what begins an item of a list in YAML: a star elsewhere is a version or a comment. */
static bool is_pattern_start(struct str text, size_t at)
{
	return at > 0 && strchr("\"' ", text.p[at - 1]) != NULL;
}

static void add_named(struct finding *f, struct str dir, struct str text, int depth)
{
	size_t words = 0;

	for (size_t i = 0, end; i < text.n && words < SCAN_WORDS; i = end + 1) {
		for (end = i; end < text.n && is_word_byte(text.p[end]);)
			end++;
		/* "-rmore.txt" and "-e./pkg" */
		if (end > i + 2 && text.p[i] == '-' && text.p[i + 1] != '-')
			add_word(f, dir, str_sub(text, i + 2, end), depth);
		if (end > i) {
			add_word(f, dir, str_sub(text, i, end), depth);
			words++;
		}
		if (end < text.n && text.p[end] == '*' && is_pattern_start(text, i)) {
			add_star(f, dir, str_sub(text, i, end), end + 1 < text.n && text.p[end + 1] == '*', depth);
			words++;
		}
	}
}

static void add_file(struct finding *f, struct str name, int depth)
{
	struct plan_input in = { .path = arena_str(f->a, name) };
	struct str text;

	if (f->all.n >= INPUTS_MAX || has(f, name))
		return;
	int fd = open_input(f, name);
	bool ok = fd >= 0 && hash_input(f, fd, in.sha, &text);
	if (fd >= 0)
		close(fd);
	if (fd < 0 && errno != ENOENT) {
		snprintf(in.sha, sizeof(in.sha), "unreadable");
		ok = true;
		text = STR("");
	}
	if (fd < 0 && !ok) { /* a file that the plan creates */
		text = text_then(f, name, STR_NONE);
		ok = text.p != NULL;
	}
	if (!ok)
		return;
	text = text_then(f, name, text);
	*VEC_ADD(f->a, &f->all) = in;
	if (depth < DEPTH_MAX && text.n <= SCAN_MAX && str_chr(text, '\0') == text.n)
		add_named(f, path_dir(name), text, depth + 1);
}

/* ---- a plan ---- */

/* The project's own program of this name, which a delegate starts in place of the installed one. */
static void add_own_program(struct finding *f, struct str dir, struct str program)
{
	struct node folders = node_get(f->p->table, "own_programs");

	for (uint32_t i = 0; i < node_list_count(folders); i++)
		add_word(f, dir, path_join(f->a, node_str(node_list_at(folders, i)), program), DEPTH_MAX);
}

static void add_command(struct finding *f, const struct command *c)
{
	struct str dir = c->dir;

	for (char *const *word = c->argv; *word; word++)
		add_named(f, c->dir, str_of(*word), 0);
	for (;;) {
		add_folder(f, dir, 0);
		add_own_program(f, dir, str_of(c->argv[0]));
		if (!dir.n || str_is(dir, "."))
			break;
		dir = path_dir(dir);
		if (str_is(dir, "."))
			dir = STR("");
	}
}

static int by_path(const void *x, const void *y)
{
	return str_cmp(((const struct plan_input *)x)->path, ((const struct plan_input *)y)->path);
}

static bool is_changed_by(const struct plan *plan, struct str path)
{
	for (size_t i = 0; i < plan->n; i++)
		if (str_eq(plan->changes[i].path, path))
			return true;
	return false;
}

static void find(const struct policy *p, const struct plan *plan, struct finding *f)
{
	*f = (struct finding){ .a = plan->a, .p = p, .t = plan->tree, .plan = plan };
	for (size_t i = 0; i < plan->not_started_n; i++)
		add_command(f, &plan->not_started[i]);
	for (size_t i = 0; i < plan->commands_n; i++)
		add_command(f, &plan->commands[i]);
	size_t kept = 0;
	for (size_t i = 0; i < f->all.n; i++)
		if (!is_changed_by(plan, f->all.at[i].path))
			f->all.at[kept++] = f->all.at[i];
	f->all.n = kept;
	if (kept)
		qsort(f->all.at, kept, sizeof(*f->all.at), by_path);
}

void plan_inputs_find(const struct policy *p, struct plan *plan)
{
	struct finding f;

	find(p, plan, &f);
	plan->inputs = f.all.at;
	plan->inputs_n = f.all.n;
}

static const struct plan_input *input_find(const struct plan_input *at, size_t n, struct str path)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(at[i].path, path))
			return &at[i];
	return NULL;
}

bool plan_inputs_check(const struct policy *p, const struct plan *plan, struct err *err)
{
	struct finding f;

	find(p, plan, &f);
	for (size_t i = 0; i < plan->inputs_n; i++) {
		const struct plan_input *was = &plan->inputs[i], *now = input_find(f.all.at, f.all.n, was->path);
		if (!now || strcmp(now->sha, was->sha) != 0)
			return err_set(err, HEAL_PERSON, "'%.*s', which the plan's command reads, was %s meanwhile",
				STR_ARG(was->path), now ? "changed" : "removed");
	}
	for (size_t i = 0; i < f.all.n; i++)
		if (!input_find(plan->inputs, plan->inputs_n, f.all.at[i].path))
			return err_set(err, HEAL_PERSON, "'%.*s', which the plan's command reads, appeared meanwhile",
				STR_ARG(f.all.at[i].path));
	return true;
}
