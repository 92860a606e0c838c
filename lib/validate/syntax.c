#include "syntax.h"

#include "io.h"
#include "language.h"
#include "path.h"
#include "proc.h"
#include "template.h"

enum { TIMEOUT = 20, WORDS = 32, FILE_LIMIT = 16 << 20 };

const char *check_status_name(enum check_status s)
{
	static const char *const names[] = { "passed", "failed", "inconclusive", "skipped" };

	return names[s];
}

static struct str file_get(void *ctx, struct str name)
{
	return str_is(name, "file") ? *(const struct str *)ctx : STR_NONE;
}

/* The checker's argv with {file} filled in; false when the language has none. */
static bool argv_make(struct arena *a, struct node check, struct str file, char **argv)
{
	struct template_values v = { .get = file_get, .ctx = &file };
	uint32_t n = node_list_count(check);

	if (n == 0 || n >= WORDS)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		struct str word = template_fill(a, node_str(node_list_at(check, i)), &v, NULL);
		if (!word.p)
			return false;
		argv[i] = arena_strdup(a, word);
	}
	argv[n] = NULL;
	return true;
}

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
	/* Absolute, so that no file name can be taken for an option. */
	struct str full = arena_printf(a, "%s/%.*s", root, STR_ARG(path)), text;
	char *argv[WORDS];
	struct proc_result r;
	struct err err;

	if (!file_read(a, full.p, FILE_LIMIT, &text, &err)) {
		c.detail = arena_str(a, str_of(err.text));
		return c;
	}
	struct node language = language_of(pack, path, text);
	if (!argv_make(a, node_get(language, "check"), full, argv) || !proc_find(a, argv[0]).p) {
		c.detail = STR("no checker for this kind of file is installed");
		return c;
	}
	struct proc p = { .argv = argv, .dir = root, .timeout = TIMEOUT };
	if (!proc_run(a, &p, &r, &err)) {
		c.detail = arena_str(a, str_of(err.text));
		return c;
	}
	c.seconds = r.seconds;
	c.status = r.timed_out ? CHECK_INCONCLUSIVE : r.status ? CHECK_FAILED : CHECK_PASSED;
	if (c.status != CHECK_PASSED)
		c.detail = r.timed_out ? STR("the checker did not end in time") : last_words(a, r.output);
	return c;
}
