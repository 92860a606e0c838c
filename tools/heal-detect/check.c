#include "check.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "config/config.h"
#include "detect/command_context.h"
#include "lang/build_flags.h"
#include "lang/checker.h"
#include "lang/language.h"
#include "progress.h"

enum { FILE_LIMIT = 16 << 20, OUTPUT_LIMIT = 16 << 20 };

struct checking {
	const struct check_options *o;
	const struct pack *pack;
	struct source_tree *view; /* for the flags of the build; may be NULL */
	struct detector *d;
	struct command_context *now;
	struct str path;      /* of the file, absolute */
	struct str shown;     /* as its incidents name it */
	bool named;           /* not found in a directory */
	bool told;            /* each failure by an incident */
	unsigned long no_one; /* files in directories whose language has no checker here */
	char first[200];
};

/* The checker runs in /, and some print names relative to that. */
static bool is_name_of(struct str file, struct str path)
{
	return path.n && file.n + 1 == path.n && str_eq(file, str_sub(path, 1, path.n));
}

static void check_found(void *ctx, struct record *r)
{
	struct checking *c = ctx;

	if (is_name_of(r->error.file, c->path))
		r->error.file = c->shown;
	command_context_found(c->now, r);
}

/* A failure of which only the status is known is one of this file. */
static void check_known(void *ctx, struct record *r)
{
	struct checking *c = ctx;

	if (r->from_status)
		r->error.file = c->shown;
	c->o->detector->found(c->o->detector->ctx, r);
}

static bool check_any_shown(void *ctx)
{
	struct checking *c = ctx;

	return c->o->any_shown(c->o->detector->ctx);
}

static void check_seen(void *ctx, struct str bytes)
{
	struct checking *c = ctx;

	command_context_seen(c->now, bytes);
}

__attribute__((format(printf, 4, 5))) static void cannot_check(
	const struct checking *c, enum heal_status status, const char *name, const char *why, ...)
{
	char text[400];
	struct err err;
	va_list ap;

	va_start(ap, why);
	vsnprintf(text, sizeof(text), why, ap);
	va_end(ap);
	err_set(&err, status, "cannot check '%s': %s", name, text);
	c->o->watch->failed(c->o->watch->ctx, &err);
}

static void output_read(struct checking *c, const struct proc_result *r)
{
	struct command_context now;

	command_context_init(&now, c->pack, NULL, check_known, c);
	now.status = r->status;
	now.any_shown = check_any_shown;
	now.name = c->shown;
	now.cwd = c->o->detector->cwd;
	c->now = &now;
	detector_begin(c->d, c->shown);
	detector_feed(c->d, r->output);
	detector_end(c->d);
	c->told &= command_context_finish(&now);
	command_context_release(&now);
}

static const struct flags *flags_of(struct checking *c, struct node language)
{
	struct str below = c->view ? source_below(c->view, c->path) : STR_NONE;
	const struct text *x = below.p ? source_read(c->view, below) : NULL;

	return x ? flags_find(c->view, language, x, STR_NONE) : NULL;
}

static void no_checker(struct checking *c, struct node language, const char *name)
{
	if (c->named)
		cannot_check(c, HEAL_WRONG, name, "no checker for this kind of file is installed");
	else if (node_has(language, "check") || node_has(language, "check_all"))
		if (c->no_one++ == 0)
			visible(str_of(name), c->first, sizeof(c->first));
}

static void one_check(struct checking *c, struct arena *a, const char *name, struct str text)
{
	struct node language = language_of(c->pack, c->path, text);
	char **argv = checker_argv(a, language, c->path, path_dir(c->path), flags_of(c, language));
	/* A checker of many files says which of them parse, in no words for people. */
	if (!argv)
		argv = checker_words(a, language, "report", c->path);
	/* The rules know the messages in English. */
	static char locale[] = "LC_ALL=C.UTF-8", language_list[] = "LANGUAGE=";
	char *const english[] = { locale, language_list, NULL };
	struct proc p = { .argv = argv,
		.dir = "/",
		.helper = true,
		.also = english,
		.timeout = CHECKER_TIMEOUT,
		.max = OUTPUT_LIMIT,
		.confinement = checker_confinement(a, language) };
	struct proc_result r;
	struct err err;

	if (!argv) {
		no_checker(c, language, name);
		return;
	}
	if (!proc_run(a, &p, &r, &err)) {
		cannot_check(c, err.status, name, "%s", err.text);
		return;
	}
	enum checker_answer answer = checker_answer_of(&r);
	if (answer == CHECKER_REFUSES)
		output_read(c, &r);
	else if (answer == CHECKER_DOES_NOT_KNOW)
		cannot_check(c, HEAL_REFUSED, name, "'%s' %s", argv[0], r.timed_out ? "timed out" : "gave no result");
}

/* Somebody else's files, and those with secrets, are checked only if they are named. */
static bool is_passed_over(const struct checking *c, struct str name)
{
	return node_list_globs(pack_table(c->pack, "dependency-folders"), name) ||
		globs_match(c->o->hidden, c->o->hidden_n, name);
}

static void check_file(struct checking *c, const char *name, int fd)
{
	struct arena a = ARENA_INIT;
	struct err err;
	struct str text;
	char *path = realpath(name, NULL);

	if (!c->named && is_passed_over(c, str_of(name))) {
		free(path);
		return;
	}
	c->path = str_of(path);
	struct str below = path ? path_below(c->path, c->o->detector->cwd) : STR_NONE;
	c->shown = below.n ? below : c->path;
	if (!path)
		cannot_check(c, HEAL_REFUSED, name, "it is gone");
	else if (!fd_read(&a, fd, FILE_LIMIT, &text, &err))
		cannot_check(c, err.status, name, "%s", err.text);
	else
		one_check(c, &a, name, text);
	if (c->view)
		source_forget(c->view);
	free(path);
	arena_free(&a);
}

static void check_one(void *ctx, const char *name, int fd, bool named)
{
	struct checking *c = ctx;

	progress_file(name);
	c->named = named;
	check_file(c, name, fd);
}

static void failed(void *ctx, const struct err *err)
{
	struct checking *c = ctx;

	c->o->watch->failed(c->o->watch->ctx, err);
}

static void tell_no_one(const struct checking *c)
{
	if (c->no_one == 1)
		say("not checked: '%s': no checker for this kind of file is installed", c->first);
	else if (c->no_one)
		say("not checked: %lu files, first '%s': no checker for these kinds of file is installed", c->no_one,
			c->first);
}

bool check_files(const char *const *names, const struct check_options *o)
{
	struct arena a = ARENA_INIT;
	struct detector_options d = *o->detector;
	struct checking c = { .o = o, .pack = d.pack, .told = true };
	struct input_watch watch = { .file = check_one, .failed = failed, .ctx = &c };
	struct str root = project_root(&a, ".");
	struct err err;

	d.found = check_found;
	d.seen = check_seen;
	d.ctx = &c;
	d.threads = false; /* the program forks */
	c.d = detector_new(&d);
	proc_helpers_avoid(root.n ? arena_strdup(&a, root) : arena_strdup(&a, d.cwd));
	c.view = source_new(root.n ? arena_strdup(&a, root) : ".", ".", NULL);
	for (; *names; names++)
		if (!input_read(*names, c.d, &watch, &err))
			complain(err.status, "%s", err.text);
	progress_clear();
	tell_no_one(&c);
	source_free(c.view);
	detector_free(c.d);
	arena_free(&a);
	return c.told;
}

bool check_is_source(const struct pack *pack, const char *name)
{
	struct node language = language_of(pack, str_of(name), STR(""));

	return node_has(language, "flow") && (node_has(language, "check") || node_has(language, "check_all"));
}
