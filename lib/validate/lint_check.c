#include "validate/lint_check.h"

#include <dirent.h>

#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/temporary_folder.h"
#include "detect/detector.h"
#include "lang/language.h"
#include "rules/confinement_profile.h"
#include "rules/regex.h"
#include "rules/template.h"
#include "tree/diff.h"
#include "validate/compare.h"
#include "policy/confined.h"
#include "validate/syntax.h"

enum { SECONDS = 20, OUTPUT_READ = 8 << 20, BESIDE_MOST = 200, FILE_LIMIT = 4 << 20 };

/* A linter and a file that it looks at. */
struct linting {
	struct arena *a;
	const struct pack *pack;
	const struct tree *tree;
	const struct changed_file *f;
	struct node row, linter;
	struct str folder, file; /* the folder that it gets, and the file in it */
	struct str_list beside;  /* files beside it there */
	struct str_list confined, unconfined;
	double seconds;
};

/* What it found in one text. */
struct findings {
	struct linting *l;
	struct collection all;
	bool stopped;    /* it did not look at the whole text */
	struct str none; /* why there is no result */
};

/* ---- which linter ---- */

static bool matches(struct arena *a, struct node patterns, struct str text, bool if_absent)
{
	uint32_t n = node_list_count(patterns);
	bool any = n ? false : if_absent;

	for (uint32_t i = 0; i < n && !any; i++) {
		struct regex *re = regex_new_flags(a, node_str(node_list_at(patterns, i)), REGEX_MULTILINE, NULL);
		any = re && regex_match(re, text, NULL) == 1;
		regex_free(re);
	}
	return any;
}

static bool row_is_for(struct linting *l, struct node row, enum validation_level level)
{
	const struct changed_file *f = l->f;
	struct node wanted = node_get_str(pack_table(l->pack, "languages"), node_str(node_get(row, "language"))),
		    own = language_of(l->pack, f->name, f->new);

	return own.image && wanted.image == own.image && wanted.at == own.at &&
		level >= validation_level_parse(node_str(node_get(row, "level"))) &&
		matches(l->a, node_get(row, "files"), f->name, true) &&
		matches(l->a, node_get(row, "contains"), f->new, true);
}

static struct str program_of(struct node linter)
{
	return node_str(node_list_at(node_get(linter, "argv"), 0));
}

/* The first one that is installed. */
static bool linter_find(struct linting *l)
{
	struct node all = node_get(l->row, "linters");

	for (uint32_t i = 0; i < node_list_count(all); i++) {
		l->linter = node_list_at(all, i);
		if (proc_find_helper(l->a, arena_strdup(l->a, program_of(l->linter))).n)
			return true;
	}
	return false;
}

static struct str programs_text(struct linting *l)
{
	struct node all = node_get(l->row, "linters");
	struct str text = STR("");

	for (uint32_t i = 0; i < node_list_count(all); i++)
		text = arena_printf(
			l->a, "%.*s%s%.*s", STR_ARG(text), i ? ", " : "", STR_ARG(program_of(node_list_at(all, i))));
	return text;
}

/* ---- its folder ---- */

/* Copy the neighbouring files that the linter reads. */
static void beside_copy(struct linting *l)
{
	struct str glob = node_str(node_get(l->row, "beside"));
	struct str dir = path_dir(path_join(l->a, l->tree->path, l->f->name)), text;
	DIR *d = glob.n ? opendir(dir.p ? arena_strdup(l->a, dir) : "") : NULL;

	for (struct dirent *e; d && (e = readdir(d)) && l->beside.n < BESIDE_MOST;) {
		struct str name = arena_str(l->a, str_of(e->d_name));
		struct str below = path_join(l->a, path_dir(l->f->name), name), path;
		struct stat st;
		if (!glob_match(glob, name) || str_eq(name, path_base(l->f->name)) ||
			!tree_name(l->a, l->tree, below, &path, NULL) ||
			!tree_read(l->a, l->tree, path, &text, &st, NULL))
			continue;
		path = path_join(l->a, l->folder, name);
		if (file_replace(path.p, text, 0600, NULL))
			*VEC_ADD(l->a, &l->beside) = path;
	}
	if (d)
		closedir(d);
}

/* ---- running it ---- */

static struct str value_get(void *ctx, struct str name)
{
	return str_is(name, "file") ? ((struct linting *)ctx)->file : STR_NONE;
}

static bool value_list(void *ctx, struct str name, const struct str **words, size_t *n)
{
	const struct linting *l = ctx;

	if (!str_is(name, "beside"))
		return false;
	*words = l->beside.at;
	*n = l->beside.n;
	return true;
}

static char *const *variables(struct linting *l)
{
	VEC(char *) all = { 0 };
	struct node env = node_get(l->linter, "env");

	*VEC_ADD(l->a, &all) = arena_strdup(l->a, STR("LC_ALL=C.UTF-8"));
	for (uint32_t i = 0; i < node_list_count(env); i++)
		*VEC_ADD(l->a, &all) = arena_strdup(l->a, node_str(node_list_at(env, i)));
	*VEC_ADD(l->a, &all) = NULL;
	return all.at;
}

static bool linter_run(struct linting *l, struct proc_result *r, struct err *err)
{
	struct template_values v = { .get = value_get, .list = value_list, .ctx = l };
	struct str profile = node_str(node_get(l->linter, "profile"));
	struct proc p = { .argv = template_argv(l->a, node_get(l->linter, "argv"), &v),
		.dir = l->folder.p,
		.helper = true,
		.also = variables(l),
		.timeout = SECONDS,
		.max = OUTPUT_READ,
		.confinement = confinement_profile(l->a, l->row, profile.n ? arena_strdup(l->a, profile) : "checker"),
		.write = l->folder.p };

	if (!p.argv)
		return err_set(err, HEAL_BROKEN, "the table of linters has no command");
	if (!proc_run(l->a, &p, r, err))
		return false;
	l->seconds += r->seconds;
	confined_list(l->a, p.confinement, r->enforced, &l->confined, &l->unconfined);
	return true;
}

/* ---- its findings ---- */

static void found(void *ctx, struct record *r)
{
	struct findings *f = ctx;
	struct linting *l = f->l;
	struct str subject = r->error.code.n ?
		arena_printf(l->a, "%.*s %.*s", STR_ARG(r->error.code), STR_ARG(r->error.message)) :
		r->error.message;
	struct node errors = node_get(l->linter, "errors");

	if (!str_eq(r->error.file, path_base(l->f->name)) || r->error.summary)
		return;
	f->stopped |= matches(l->a, node_get(l->linter, "stops"), subject, false);
	r->error.file = l->f->name;
	if (errors.image)
		r->error.level = matches(l->a, errors, subject, false) ? LEVEL_ERROR : LEVEL_WARNING;
	collection_add(&f->all, r);
}

static void output_read(struct findings *f, struct str output)
{
	struct detector_options o = { .pack = f->l->pack, .found = found, .ctx = f, .cwd = f->l->folder };
	struct detector *d = detector_new(&o);

	detector_begin(d, STR("-"));
	detector_feed(d, output);
	detector_end(d);
	detector_free(d);
	collection_finish(&f->all);
}

/* Have the linter look at the text.  false: f->none says why there is no result. */
static bool look_at(struct findings *f, struct str text)
{
	struct linting *l = f->l;
	struct proc_result r;
	struct err err;

	collection_init(&f->all);
	if (text.n > FILE_LIMIT) {
		f->none = STR("the file is too large");
	} else if (!file_replace(l->file.p, text, 0600, &err) || !linter_run(l, &r, &err)) {
		f->none = arena_str(l->a, str_of(err.text));
	} else if (r.timed_out || r.truncated) {
		f->none = r.timed_out ? arena_printf(l->a, "took longer than %d s", SECONDS) : STR("printed too much");
	} else {
		output_read(f, r.output);
		if (r.status && !f->all.n)
			f->none = arena_printf(l->a, "exited with status %d, and reports nothing", r.status);
	}
	return !f->none.n;
}

/* ---- comparing ---- */

static struct check result(struct linting *l, enum check_status status, struct str detail)
{
	return (struct check){ .name = STR("lint"),
		.status = status,
		.seconds = l->seconds,
		.detail = arena_printf(l->a, "%.*s: %.*s", STR_ARG(l->f->name), STR_ARG(detail)),
		.confined = l->confined,
		.unconfined = l->unconfined };
}

static struct check skipped(struct linting *l, struct str why)
{
	return result(l, CHECK_SKIPPED, arena_printf(l->a, "%.*s %.*s", STR_ARG(program_of(l->linter)), STR_ARG(why)));
}

static bool is_in_new_line(const struct hunks *hunks, int64_t line)
{
	for (size_t i = 0; i < hunks->n; i++)
		if (line > (int64_t)hunks->at[i].new_begin && line <= (int64_t)hunks->at[i].new_end)
			return true;
	return false;
}

/* Of the findings in the new text, those in lines that the fix wrote. */
static void in_new_lines(struct linting *l, const struct findings *now, struct findings *out)
{
	struct hunks hunks = diff_lines(l->a, l->f->old, l->f->new);

	collection_init(&out->all);
	for (struct collected *x = now->all.first; x; x = x->next)
		if (is_in_new_line(&hunks, x->r.error.line))
			collection_add(&out->all, &x->r);
	collection_finish(&out->all);
}

static struct check verdict(struct linting *l, const struct findings *before, const struct findings *now)
{
	struct change change = { .path = l->f->name, .existed = l->f->existed, .old = l->f->old, .new = l->f->new };
	struct comparison c;
	const struct record *first = NULL;
	char message[240];

	comparison_init(&c, l->a, l->tree, l->tree->path);
	comparison_change(&c, &change);
	for (struct collected *x = before->all.first; x; x = x->next)
		comparison_before(&c, &x->r);
	size_t errors = comparison_new(&c, &now->all, LEVEL_ERROR, &first);
	size_t more = errors ? 0 : comparison_new(&c, &now->all, LEVEL_INFO, &first);
	if (!errors && !more)
		return result(
			l, CHECK_PASSED, arena_printf(l->a, "%.*s finds nothing new", STR_ARG(program_of(l->linter))));
	return result(l, errors ? CHECK_FAILED : CHECK_WARNING,
		arena_printf(l->a, "%.*s: new: line %lld: %s%s%s", STR_ARG(program_of(l->linter)),
			(long long)first->error.line, visible(first->error.message, message, sizeof(message)),
			first->error.code.n ? " " : "", visible_in(l->a, first->error.code)));
}

/* Could the linter read the whole old text?  Its language's own parser may know better. */
static bool old_was_whole(struct linting *l, const struct findings *before)
{
	return !before->stopped &&
		syntax_check(l->a, l->pack, l->folder.p, path_base(l->f->name)).status == CHECK_PASSED;
}

static struct check compare(struct linting *l)
{
	struct findings now = { .l = l }, before = { .l = l }, written = { .l = l };
	struct check c;

	if (!look_at(&now, l->f->new)) {
		c = skipped(l, now.none);
	} else if (!now.all.n) {
		c = result(l, CHECK_PASSED, arena_printf(l->a, "%.*s finds nothing", STR_ARG(program_of(l->linter))));
	} else if (l->f->existed && !look_at(&before, l->f->old)) {
		c = skipped(l, before.none);
	} else if (now.stopped && before.stopped) {
		c = skipped(l, STR("cannot read the file with or without the fix"));
	} else if (!l->f->existed || old_was_whole(l, &before)) {
		c = verdict(l, &before, &now);
	} else {
		in_new_lines(l, &now, &written);
		c = verdict(l, &before, &written);
	}
	collection_release(&now.all);
	collection_release(&before.all);
	collection_release(&written.all);
	return c;
}

static struct check check_in_folder(struct linting *l)
{
	struct temporary_folder folder = TEMPORARY_FOLDER_NONE;
	struct check c;
	struct err err;

	if (temporary_folder_make_small(l->a, &folder, "lint", &err)) {
		l->folder = folder.path;
		l->file = path_join(l->a, folder.path, path_base(l->f->name));
		beside_copy(l);
		c = compare(l);
	} else {
		c = result(l, CHECK_SKIPPED, arena_str(l->a, str_of(err.text)));
	}
	temporary_folder_remove(&folder);
	return c;
}

void lint_check(struct arena *a, const struct pack *pack, const struct tree *tree, enum validation_level level,
	const struct changed_file *f, struct check_list *out)
{
	struct node rows = pack_table(pack, "linters");

	for (uint32_t i = 0; f->exists && i < node_list_count(rows); i++) {
		struct linting l = { .a = a, .pack = pack, .tree = tree, .f = f, .row = node_list_at(rows, i) };
		if (!row_is_for(&l, l.row, level))
			continue;
		*VEC_ADD(a, out) = linter_find(&l) ?
			check_in_folder(&l) :
			result(&l, CHECK_SKIPPED, arena_printf(a, "not installed: %.*s", STR_ARG(programs_text(&l))));
	}
}
