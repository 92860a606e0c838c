#include "base/path.h"

#include <ctype.h>

#include <stdlib.h>
#include <string.h>

bool path_is_absolute(struct str path)
{
	return path.n > 0 && path.p[0] == '/';
}

struct str path_join(struct arena *a, struct str dir, struct str name)
{
	if (dir.n == 0 || path_is_absolute(name))
		return name;
	if (dir.p[dir.n - 1] == '/')
		return arena_join(a, dir, name);
	char *joined = arena_alloc(a, dir.n + name.n + 2);
	memcpy(joined, dir.p, dir.n);
	joined[dir.n] = '/';
	if (name.n)
		memcpy(joined + dir.n + 1, name.p, name.n);
	return (struct str){ joined, dir.n + 1 + name.n };
}

struct str path_normal(struct arena *a, struct str path)
{
	bool absolute = path_is_absolute(path);
	char *out = arena_alloc(a, path.n + 2);
	size_t n = 0, floor = 0;
	struct str part;

	if (absolute)
		out[n++] = '/';
	floor = n;
	while (str_split(&path, '/', &part)) {
		if (part.n == 0 || str_is(part, "."))
			continue;
		if (str_is(part, "..")) {
			if (n > floor) {
				while (n > floor && out[n - 1] != '/')
					n--;
				if (n > floor)
					n--;
				continue;
			}
			if (absolute)
				continue;
		}
		if (n > 0 && out[n - 1] != '/')
			out[n++] = '/';
		memcpy(out + n, part.p, part.n);
		n += part.n;
		if (str_is(part, ".."))
			floor = n;
	}
	if (n == 0)
		out[n++] = '.';
	out[n] = '\0';
	return (struct str){ out, n };
}

struct str path_below(struct str path, struct str root)
{
	if (str_eq(path, root))
		return STR(".");
	if (str_is(root, "/") && path.n > 1)
		return str_sub(path, 1, path.n);
	if (path.n > root.n + 1 && memcmp(path.p, root.p, root.n) == 0 && path.p[root.n] == '/')
		return str_sub(path, root.n + 1, path.n);
	return STR_NONE;
}

struct str path_base(struct str path)
{
	size_t i = str_rchr(path, '/');

	return i == path.n ? path : str_sub(path, i + 1, path.n);
}

struct str path_dir(struct str path)
{
	size_t i = str_rchr(path, '/');

	if (i == path.n)
		return STR(".");
	return str_sub(path, 0, i ? i : 1);
}

struct str path_extension(struct str path)
{
	struct str base = path_base(path);
	size_t i = str_rchr(base, '.');

	return i == base.n || i == 0 ? STR("") : str_sub(base, i, base.n);
}

static struct str xdg(struct arena *a, const char *variable, const char *below_home)
{
	const char *dir = getenv(variable);

	if (dir && dir[0] == '/')
		return arena_printf(a, "%s/heal", dir);
	const char *home = getenv("HOME");
	if (home && home[0] == '/')
		return arena_printf(a, "%s/%s/heal", home, below_home);
	return STR_NONE;
}

struct str dir_config(struct arena *a)
{
	return xdg(a, "XDG_CONFIG_HOME", ".config");
}

struct str dir_state(struct arena *a)
{
	return xdg(a, "XDG_STATE_HOME", ".local/state");
}

struct str dir_cache(struct arena *a)
{
	return xdg(a, "XDG_CACHE_HOME", ".cache");
}

struct str dir_data(struct arena *a)
{
	return xdg(a, "XDG_DATA_HOME", ".local/share");
}

/* The pattern is a nondeterministic automaton with one state per byte, simulated with a set of states, so the time is
 * O(pattern * path) for any number of stars.  "**" is entered at its first star and loops at its second. */
enum { GLOB_MAX = 1024 };

struct glob {
	struct str pattern;
	bool here[GLOB_MAX + 2]; /* current states; pattern.n: match */
};

static bool is_star(const struct glob *g, size_t i)
{
	return i < g->pattern.n && g->pattern.p[i] == '*';
}

/* Add the states reached without consuming a byte: a star may match nothing. */
static void glob_close(struct glob *g)
{
	for (size_t i = 0; i < g->pattern.n; i++) {
		if (!is_star(g, i))
			continue;
		bool deep = is_star(g, i + 1);
		if (deep && g->here[i] && i + 2 < g->pattern.n && g->pattern.p[i + 2] == '/')
			g->here[i + 3] = true; /* "**" and its slash together match nothing */
		if (deep) {
			g->here[i + 1] |= g->here[i];
			i++;
		}
		g->here[i + 1] |= g->here[i];
	}
}

static void glob_step(struct glob *g, char c)
{
	bool next[GLOB_MAX + 2];
	size_t states = g->pattern.n + 2;

	memset(next, false, states);
	for (size_t i = 0; i < g->pattern.n; i++) {
		char want = g->pattern.p[i];
		if (want == '*' && is_star(g, i + 1)) {
			next[i + 1] = g->here[i + 1];
			i++;
		} else if (want == '*') {
			next[i] |= g->here[i] && c != '/';
		} else if (want == '?' ? c != '/' : c == want) {
			next[i + 1] |= g->here[i];
		}
	}
	memcpy(g->here, next, states);
	glob_close(g);
}

/* pattern: at most GLOB_MAX bytes. */
static bool automaton_accepts(struct str pattern, struct str path)
{
	struct glob g;

	g.pattern = pattern;
	memset(g.here, false, pattern.n + 2);
	g.here[0] = true;
	glob_close(&g);
	for (size_t i = 0; i < path.n; i++)
		glob_step(&g, path.p[i]);
	return g.here[pattern.n];
}

static bool is_wild(char c)
{
	return c == '*' || c == '?';
}

/* Quick rejection: the path must start with what precedes the first star, and end with what follows the last one.  A
 * slash after a star is ignored here, because "**" + slash may match nothing. */
static bool may_match(struct str pattern, struct str path, size_t *literal)
{
	size_t head = 0, tail = pattern.n, end = path.n;

	for (; head < pattern.n && !is_wild(pattern.p[head]); head++)
		if (head >= path.n || path.p[head] != pattern.p[head])
			return false;
	*literal = head;
	if (head == pattern.n)
		return head == path.n;
	for (; !is_wild(pattern.p[tail - 1]); tail--, end--)
		if (end == 0 || path.p[end - 1] != pattern.p[tail - 1])
			return pattern.p[tail - 1] == '/' && is_wild(pattern.p[tail - 2]);
	return true;
}

bool glob_match(struct str pattern, struct str path)
{
	size_t literal;

	if (pattern.n > GLOB_MAX)
		return str_eq(pattern, path);
	if (!may_match(pattern, path, &literal))
		return false;
	return literal == pattern.n ||
		automaton_accepts(str_sub(pattern, literal, pattern.n), str_sub(path, literal, path.n));
}

static struct str lower(char *out, size_t room, struct str s)
{
	size_t n = s.n < room ? s.n : room;

	for (size_t i = 0; i < n; i++)
		out[i] = (char)tolower((unsigned char)s.p[i]);
	return (struct str){ out, n };
}

bool globs_match(const struct str *globs, size_t n, struct str name)
{
	char pattern[512], path[4096];
	struct str low = lower(path, sizeof(path), name);

	for (size_t i = 0; i < n; i++) {
		struct str glob = lower(pattern, sizeof(pattern), globs[i]);
		/* A name without a slash matches at any depth, and a directory all files below it. */
		if (glob_match(glob, low))
			return true;
		if (str_chr(glob, '/') == glob.n && glob_match(glob, path_base(low)))
			return true;
		if (low.n > glob.n + 1 && low.p[glob.n] == '/' && str_eq(str_sub(low, 0, glob.n), glob))
			return true;
	}
	return false;
}
