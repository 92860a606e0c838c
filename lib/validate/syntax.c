#include "validate/syntax.h"

#include <string.h>

#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/sha256.h"
#include "base/temporary_folder.h"
#include "detect/detector.h"
#include "lang/checker.h"
#include "lang/language.h"
#include "policy/confined.h"

enum { FILE_LIMIT = 16 << 20 };

static struct str last_words(struct arena *a, struct str output)
{
	struct str line, last = STR("");

	while (str_line(&output, &line))
		if (str_trim(line).n)
			last = str_trim(line);
	return arena_str(a, str_sub(last, 0, 300));
}

struct first_error {
	struct arena *a;
	struct error *e;
};

static void found(void *ctx, struct record *r)
{
	struct first_error *f = ctx;

	if (f->e->message.n || r->error.level > LEVEL_ERROR || r->error.summary)
		return;
	*f->e = (struct error){ .message = arena_str(f->a, r->error.message),
		.level = r->error.level,
		.line = r->error.line,
		.column = r->error.column };
}

static void first_error_read(struct arena *a, const struct pack *pack, struct str output, struct error *first)
{
	struct first_error f = { a, first };
	struct detector_options o = { .pack = pack, .found = found, .ctx = &f };
	struct detector *d = detector_new(&o);

	detector_begin(d, STR("-"));
	detector_feed(d, output);
	detector_end(d);
	detector_free(d);
}

/* ---- texts that were accepted ----
 *
 * A fix is checked in the copy in which it is tried and again in the project, where the text is the same. */

enum { ACCEPTED_MOST = 16 };

struct accepted {
	uint32_t language;
	char text[SHA256_HEX], path[SHA256_HEX];
	unsigned enforced; /* on the checker */
};

static struct accepted accepted[ACCEPTED_MOST];
static size_t accepted_n; /* all that came; the oldest are replaced */

static struct accepted accepted_of(struct node language, struct str path, struct str text)
{
	struct accepted x = { .language = language.at };

	sha256_of(text, x.text);
	sha256_of(path, x.path);
	return x;
}

static const struct accepted *accepted_find(const struct accepted *x)
{
	for (size_t i = 0; i < ACCEPTED_MOST && i < accepted_n; i++)
		if (accepted[i].language == x->language && strcmp(accepted[i].text, x->text) == 0 &&
			strcmp(accepted[i].path, x->path) == 0)
			return &accepted[i];
	return NULL;
}

static void accepted_keep(const struct accepted *x)
{
	accepted[accepted_n++ % ACCEPTED_MOST] = *x;
}

/* ---- checking ---- */

/* Run the parser; its result is in c. */
static void parser_run(struct arena *a, const struct pack *pack, char **argv, const struct confinement *confinement,
	struct check *c, struct error *first, unsigned *enforced)
{
	/* The rules know the messages in English. */
	static char locale[] = "LC_ALL=C.UTF-8", language_list[] = "LANGUAGE=";
	char *const english[] = { locale, language_list, NULL };
	/* Not in the project: what a tool looks for in its working directory could be a trap there. */
	struct proc p = { .argv = argv,
		.dir = "/",
		.helper = true,
		.also = english,
		.timeout = CHECKER_TIMEOUT,
		.confinement = confinement };
	struct proc_result r;
	struct err err;

	if (!proc_run(a, &p, &r, &err)) {
		c->detail = arena_str(a, str_of(err.text));
		return;
	}
	c->seconds = r.seconds;
	*enforced = r.enforced;
	confined_list(a, confinement, r.enforced, &c->confined, &c->unconfined);
	enum checker_answer answer = checker_answer_of(&r);
	c->status = r.timed_out           ? CHECK_INCONCLUSIVE :
		answer == CHECKER_ACCEPTS ? CHECK_PASSED :
		answer == CHECKER_REFUSES ? CHECK_FAILED :
					    CHECK_SKIPPED;
	if (c->status != CHECK_PASSED)
		c->detail = r.timed_out ? STR("the checker timed out") : last_words(a, r.output);
	if (first && c->status == CHECK_FAILED)
		first_error_read(a, pack, r.output, first);
}

struct check syntax_check_error(
	struct arena *a, const struct pack *pack, const char *root, struct str path, struct error *first)
{
	struct check c = { .name = STR("syntax"), .status = CHECK_SKIPPED };
	/* Absolute, so that a file name cannot be parsed as an option. */
	struct str full = arena_printf(a, "%s/%.*s", root, STR_ARG(path)), text;
	struct err err;

	if (first)
		*first = (struct error){ .message = STR("") };
	if (!file_read(a, full.p, FILE_LIMIT, &text, &err)) {
		c.detail = arena_str(a, str_of(err.text));
		return c;
	}
	struct node language = language_of(pack, path, text);
	char **argv = checker_argv(a, language, full, path_dir(full), NULL);
	if (!argv) {
		c.detail = STR("no checker for this kind of file is installed");
		return c;
	}
	const struct confinement *confinement = checker_confinement(a, language);
	struct accepted x = accepted_of(language, path, text);
	const struct accepted *known = checker_looks_around(language) ? NULL : accepted_find(&x);
	if (known) {
		c.status = CHECK_PASSED;
		confined_list(a, confinement, known->enforced, &c.confined, &c.unconfined);
		return c;
	}
	parser_run(a, pack, argv, confinement, &c, first, &x.enforced);
	if (c.status == CHECK_PASSED)
		accepted_keep(&x);
	return c;
}

struct check syntax_check(struct arena *a, const struct pack *pack, const char *root, struct str path)
{
	return syntax_check_error(a, pack, root, path, NULL);
}

/* Does the old content parse, alone in a directory? */
static bool old_passes(struct arena *a, const struct pack *pack, struct str path, struct str old)
{
	struct temporary_folder dir = TEMPORARY_FOLDER_NONE;
	bool passes = temporary_folder_make_small(a, &dir, "check", NULL) &&
		temporary_folder_put(&dir, path_base(path), old) &&
		syntax_check(a, pack, dir.path.p, path_base(path)).status == CHECK_PASSED;

	temporary_folder_remove(&dir);
	return passes;
}

struct check syntax_check_fixed(
	struct arena *a, const struct pack *pack, const struct tree *tree, struct str path, struct str old)
{
	struct check c = { .name = STR("syntax"), .status = CHECK_SKIPPED };
	struct str name;
	struct err err;

	if (!tree_name(a, tree, path, &name, &err)) {
		c.detail = arena_str(a, str_of(err.text));
		return c;
	}
	c = syntax_check(a, pack, tree->path.p, name);
	if (c.status == CHECK_FAILED && old.p && !old_passes(a, pack, name, old)) {
		c.status = CHECK_SKIPPED;
		c.detail = arena_printf(a, "does not parse with or without the fix: %.*s", STR_ARG(c.detail));
	}
	c.detail = arena_printf(a, "%.*s%s%.*s", STR_ARG(name), c.detail.n ? ": " : "", STR_ARG(c.detail));
	return c;
}
