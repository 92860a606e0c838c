#include "validate/syntax.h"

#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/temporary_folder.h"
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

struct check syntax_check(struct arena *a, const struct pack *pack, const char *root, struct str path)
{
	struct check c = { .name = STR("syntax"), .status = CHECK_SKIPPED };
	/* Absolute, so that a file name cannot be parsed as an option. */
	struct str full = arena_printf(a, "%s/%.*s", root, STR_ARG(path)), text;
	struct proc_result r;
	struct err err;

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
	/* Not in the project: what a tool looks for in its working directory could be a trap there. */
	struct proc p = { .argv = argv,
		.dir = "/",
		.helper = true,
		.timeout = CHECKER_TIMEOUT,
		.confinement = checker_confinement(a, language) };
	if (!proc_run(a, &p, &r, &err)) {
		c.detail = arena_str(a, str_of(err.text));
		return c;
	}
	c.seconds = r.seconds;
	confined_list(a, p.confinement, r.enforced, &c.confined, &c.unconfined);
	enum checker_answer answer = checker_answer_of(&r);
	c.status = r.timed_out            ? CHECK_INCONCLUSIVE :
		answer == CHECKER_ACCEPTS ? CHECK_PASSED :
		answer == CHECKER_REFUSES ? CHECK_FAILED :
					    CHECK_SKIPPED;
	if (c.status != CHECK_PASSED)
		c.detail = r.timed_out ? STR("the checker timed out") : last_words(a, r.output);
	return c;
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
