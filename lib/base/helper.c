#include "base/helper.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/proc.h"

enum { ROOTS = 8, MARGIN = 8 };

extern char **environ;

static char roots[ROOTS][PATH_MAX];
static size_t roots_n;

void proc_helpers_avoid(const char *root)
{
	char real[PATH_MAX];

	if (!realpath(root, real) || roots_n == ROOTS)
		return;
	for (size_t i = 0; i < roots_n; i++)
		if (strcmp(roots[i], real) == 0)
			return;
	memcpy(roots[roots_n++], real, strlen(real) + 1);
}

/* Where the system keeps its programs: still used if the root is as wide as "/" or "/usr". */
static bool is_system(struct str path, struct str root)
{
	static const char *const places[] = { "/usr", "/bin", "/sbin", "/lib", "/opt", "/nix", "/snap" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (path_below(path, str_of(places[i])).p && path_below(str_of(places[i]), root).p)
			return true;
	return false;
}

bool proc_is_avoided(const char *path)
{
	char real[PATH_MAX];

	if (!realpath(path, real))
		return false;
	for (size_t i = 0; i < roots_n; i++) {
		struct str root = str_of(roots[i]);
		if (path_below(str_of(real), root).p && !is_system(str_of(real), root))
			return true;
	}
	return false;
}

/* The absolute directories of a list that are not in the project. */
static struct str list_clean(struct arena *a, const char *list)
{
	struct str rest = str_of(list), dir, out = STR("");

	while (str_split(&rest, ':', &dir))
		if (path_is_absolute(dir) && !proc_is_avoided(arena_strdup(a, dir)))
			out = arena_printf(a, "%.*s%s%.*s", STR_ARG(out), out.n ? ":" : "", STR_ARG(dir));
	return out;
}

static struct str search_path(struct arena *a)
{
	const char *path = getenv("PATH");

	return list_clean(a, path ? path : "/usr/bin:/bin");
}

struct str proc_find_helper(struct arena *a, const char *name)
{
	struct str rest, dir;

	if (strchr(name, '/'))
		return path_is_absolute(str_of(name)) ? proc_find(a, name) : STR_NONE;
	rest = search_path(a);
	while (str_split(&rest, ':', &dir)) {
		struct str full = dir.n ? proc_find(a, arena_printf(a, "%.*s/%s", STR_ARG(dir), name).p) : STR_NONE;
		if (full.p && !proc_is_avoided(full.p))
			return full;
	}
	return STR_NONE;
}

/* The name's last part says that it is a place, as in JAVA_HOME. */
static bool is_place(struct str name, struct str value)
{
	bool named = str_ends(name, "_HOME") || str_ends(name, "_ROOT");

	return named && path_is_absolute(value) && str_chr(value, ':') == value.n;
}

static bool is_kept(struct arena *a, struct str name, struct str value)
{
	static const char *const names[] = { "HOME", "USER", "LOGNAME", "TMPDIR", "LANG", "LANGUAGE", "TZ", "TERM" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(name, names[i]))
			return true;
	return str_starts(name, "LC_") || (is_place(name, value) && !proc_is_avoided(arena_strdup(a, value)));
}

static bool is_set(char *const *list, struct str name)
{
	for (; list && *list; list++)
		if (strncmp(*list, name.p, name.n) == 0 && (*list)[name.n] == '=')
			return true;
	return false;
}

char *const *helper_environment(struct arena *a, char *const *also)
{
	const char *libraries = getenv("LD_LIBRARY_PATH");
	size_t n = 0, put = 0, more = 0;

	while (environ[n])
		n++;
	while (also && also[more])
		more++;
	char **env = arena_alloc(a, (n + more + MARGIN) * sizeof(*env));
	for (size_t i = 0; i < n; i++) {
		struct str all = str_of(environ[i]), name = str_sub(all, 0, str_chr(all, '='));
		if (!is_set(also, name) && is_kept(a, name, str_sub(all, name.n + 1, all.n)))
			env[put++] = environ[i];
	}
	for (size_t i = 0; i < more; i++)
		env[put++] = also[i];
	env[put++] = arena_strdup(a, arena_join(a, STR("PATH="), search_path(a)));
	struct str kept = libraries ? list_clean(a, libraries) : STR("");
	if (kept.n)
		env[put++] = arena_strdup(a, arena_join(a, STR("LD_LIBRARY_PATH="), kept));
	env[put] = NULL;
	return env;
}
