/* Which environment variables a confined child gets. */
#include <fnmatch.h>
#include <string.h>

#include "base/confinement_parts.h"
#include "base/path.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Both of ASCII, and no other special character than '*' in the glob. */
static bool plain_match(struct str glob, const char *name)
{
	size_t g = 0, star = glob.n;
	const char *again = NULL;

	while (*name) {
		if (g < glob.n && glob.p[g] == '*') {
			star = g++;
			again = name;
		} else if (g < glob.n && lower(glob.p[g]) == lower(*name)) {
			g++;
			name++;
		} else if (again) {
			g = star + 1;
			name = ++again;
		} else {
			return false;
		}
	}
	while (g < glob.n && glob.p[g] == '*')
		g++;
	return g == glob.n;
}

/* fnmatch takes most of the time that an environment takes, because it converts both to wide characters. */
static bool is_plain(struct str glob)
{
	for (size_t i = 0; i < glob.n; i++)
		if (glob.p[i] & 0x80 || glob.p[i] == '?' || glob.p[i] == '[' || glob.p[i] == '\\')
			return false;
	return true;
}

/* Most of a hundred globs begin with another letter. */
static bool may_begin(struct str glob, char first)
{
	return glob.n && (lower(glob.p[0]) == first || glob.p[0] == '*' || !is_plain(str_sub(glob, 0, 1)));
}

static bool names_match(struct arena *a, const struct names *globs, const char *name)
{
	bool plain = str_is_ascii(str_of(name));
	char first = lower(name[0]);

	for (size_t i = 0; i < globs->all.n; i++) {
		struct str glob = globs->all.at[i];
		if (plain && !may_begin(glob, first))
			continue;
		if (plain && is_plain(glob) ? plain_match(glob, name) :
					      fnmatch(arena_strdup(a, glob), name, FNM_CASEFOLD) == 0)
			return true;
	}
	return false;
}

/* "https://user:password@host" */
static bool has_password(const char *value)
{
	const char *at = strstr(value, "://");

	while (at) {
		const char *end = strpbrk(at + 3, "@/ ");
		if (end && *end == '@' && memchr(at + 3, ':', (size_t)(end - at - 3)))
			return true;
		at = strstr(at + 3, "://");
	}
	return false;
}

static struct str path_of_absolute(struct arena *a, const char *value)
{
	struct str rest = str_of(value), dir, path = STR("PATH=");

	while (str_split(&rest, ':', &dir))
		if (dir.n && dir.p[0] == '/')
			path = arena_printf(a, "%.*s%s%.*s", STR_ARG(path), path.n > 5 ? ":" : "", STR_ARG(dir));
	return path;
}

static char *const replaced[] = { (char *)"HOME", (char *)"TMPDIR", (char *)"TMP", (char *)"TEMP" };

static bool is_replaced(const struct confinement_request *q, const char *name)
{
	for (size_t i = q->profile->home ? 1 : 0; i < sizeof(replaced) / sizeof(replaced[0]); i++)
		if (strcmp(name, replaced[i]) == 0)
			return true;
	return false;
}

/* The directory, and the libraries that belong to the programs in a `bin`. */
static void readable_add(struct arena *a, struct names *readable, struct str dir)
{
	static const char *const beside[] = { "lib", "lib64", "libexec" };

	if (!path_is_absolute(dir))
		return;
	*VEC_ADD(a, &readable->all) = arena_str(a, dir);
	for (size_t i = 0; str_is(path_base(dir), "bin") && i < sizeof(beside) / sizeof(beside[0]); i++)
		*VEC_ADD(a, &readable->all) = arena_printf(a, "%.*s/%s", STR_ARG(path_dir(dir)), beside[i]);
}

/* Keep a variable?  The directories that it names are added to `readable`. */
static bool variable_passes(
	struct arena *a, const struct confinement_request *q, const char *variable, struct names *readable)
{
	const struct confinement *p = q->profile;
	const char *value = strchr(variable, '=');
	char *name = value ? arena_strdup(a, (struct str){ variable, (size_t)(value - variable) }) : NULL;
	struct str rest, dir;
	bool is_path, wanted;

	if (!name || is_replaced(q, name))
		return false;
	value++;
	is_path = names_match(a, &p->path_variables, name);
	wanted = q->all_variables || is_path || names_match(a, &p->variables, name);
	if (!wanted || (!q->all_variables && (names_match(a, &p->secrets, name) || has_password(value))))
		return false;
	rest = is_path ? str_of(value) : STR("");
	while (str_split(&rest, ':', &dir))
		readable_add(a, readable, dir);
	return true;
}

char **confined_variables(
	struct arena *a, const struct confinement_request *q, char *const *from, struct names *readable)
{
	VEC(char *) env = { 0 };

	for (; *from; from++)
		if (variable_passes(a, q, *from, readable))
			*VEC_ADD(a, &env) = strncmp(*from, "PATH=", 5) == 0 ?
				arena_strdup(a, path_of_absolute(a, *from + 5)) :
				*from;
	if (!q->profile->home)
		*VEC_ADD(a, &env) = arena_strdup(a, arena_printf(a, "HOME=%s/home", q->folder));
	*VEC_ADD(a, &env) = arena_strdup(a, arena_printf(a, "TMPDIR=%s", q->folder));
	*VEC_ADD(a, &env) = NULL;
	return env.at;
}
