#include "fix/hooks.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/private_folder.h"
#include "base/proc.h"
#include "redact/redact.h"

enum { ANSWER_MAX = 64 << 10, WHY_MAX = 300 };

static const struct {
	const char *name, *key;
} hooks[] = {
	[HOOK_ON_ERROR] = { "on_error", "hooks.on_error" },
	[HOOK_PRE_FIX] = { "pre_fix", "hooks.pre_fix" },
	[HOOK_ON_FIX] = { "on_fix", "hooks.on_fix" },
	[HOOK_ON_COMPLETE] = { "on_complete", "hooks.on_complete" },
	[HOOK_ON_HEALTH] = { "on_health", "hooks.on_health" },
};

static bool refuse(struct arena *a, struct str *why, const char *key, const char *because)
{
	*why = arena_printf(a, "%s cannot be run: %s", key, because);
	return false;
}

/* The file, with symlinks resolved; empty: why. */
static struct str hook_file(
	struct arena *a, const struct config *config, struct str root, const char *key, struct str set, struct str *why)
{
	struct str path = set, home = str_of(getenv("HOME")), real_root = root, own;
	char real[PATH_MAX], top[PATH_MAX];
	struct stat st;

	if (str_starts(set, "~/") && home.n)
		path = arena_printf(a, "%.*s/%.*s", STR_ARG(home), STR_ARG(str_sub(set, 2, set.n)));
	else if (str_starts(set, ".heal/hooks/"))
		path = path_join(a, root, set);
	if (!path_is_absolute(path)) {
		refuse(a, why, key, "it must be an absolute name, or begin with '~/' or '.heal/hooks/'");
		return STR("");
	}
	if (!realpath(arena_strdup(a, path), real) || stat(real, &st) < 0 || !S_ISREG(st.st_mode) ||
		access(real, X_OK) < 0) {
		refuse(a, why, key, arena_printf(a, "'%.*s' is not an executable file", STR_ARG(path)).p);
		return STR("");
	}
	if (realpath(arena_strdup(a, root), top))
		real_root = arena_str(a, str_of(top));
	own = arena_printf(a, "%.*s/.heal/hooks", STR_ARG(real_root));
	if (path_below(str_of(real), real_root).p &&
		(config_trusted(config) != TRUST_YES || !path_below(str_of(real), own).p)) {
		refuse(a, why, key, "a file of the project is run only from .heal/hooks of a trusted project");
		return STR("");
	}
	if (!trusted_stat(&st, real, NULL)) {
		refuse(a, why, key, arena_printf(a, "'%s' may have been written by other users", real).p);
		return STR("");
	}
	return arena_str(a, str_of(real));
}

static struct str last_line(struct str text)
{
	struct str line, last = STR("");

	while (str_line(&text, &line))
		last = str_trim(line).n ? str_trim(line) : last;
	return last;
}

bool hook_run(struct arena *a, const struct config *config, struct str root, enum hook hook, const struct record *r,
	struct str *why)
{
	const char *key = hooks[hook].key;
	struct str set = config_str(config, key), file, json;
	struct record clean;
	struct proc_result result;
	struct buf line;
	struct err err;
	char shown[WHY_MAX];

	*why = STR("");
	if (!set.n)
		return true;
	file = hook_file(a, config, root, key, set, why);
	if (!file.n)
		return false;
	char *argv[] = { arena_strdup(a, file), arena_strdup(a, str_of(hooks[hook].name)), NULL };
	struct proc p = { .argv = argv,
		.dir = arena_strdup(a, root),
		.timeout = config_double(config, "hooks.timeout"),
		.max = ANSWER_MAX };
	buf_init(&line, RECORD_MAX * 2);
	if (!redact_record(a, r, STR_NONE, REDACT_TAGGED, &clean, &json, &err)) {
		buf_release(&line);
		return refuse(a, why, key, err.text);
	}
	record_write_buf(&line, &clean);
	p.input = buf_str(&line);
	bool ran = proc_run(a, &p, &result, &err);
	buf_release(&line);
	if (!ran)
		return refuse(a, why, key, err.text);
	if (result.timed_out)
		return refuse(a, why, key, "it reached its time limit (hooks.timeout)");
	struct str last = last_line(result.output);
	visible(last, shown, sizeof(shown));
	*why = last.n ? arena_printf(a, "%s: %s", key, shown) :
			arena_printf(a, "%s exited with status %d", key, result.status);
	return result.status == 0;
}
