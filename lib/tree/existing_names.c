#include "tree/existing_names.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/path.h"

enum { ENTRIES_MAX = 20000, REFS_DEEP = 6, PACKED_MAX = 1 << 20 };

static bool is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool is_directory(const char *dir, const struct dirent *e)
{
	char path[PATH_MAX];
	struct stat st;

	if (e->d_type == DT_DIR)
		return true;
	if (e->d_type != DT_LNK && e->d_type != DT_UNKNOWN)
		return false;
	snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

void names_entries(const char *dir, enum entries_kind kind, const struct names_sink *to)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	for (size_t i = 0; d && i < ENTRIES_MAX && (e = readdir(d)); i++)
		if (!is_dot(e->d_name) && (kind == ENTRIES_ANY || is_directory(dir, e)))
			to->add(to->ctx, str_of(e->d_name));
	if (d)
		closedir(d);
}

void names_programs(const struct names_sink *to)
{
	struct arena a = ARENA_INIT;
	struct str rest = str_of(getenv("PATH")), dir;

	while (str_split(&rest, ':', &dir))
		if (path_is_absolute(dir))
			names_entries(arena_strdup(&a, dir), ENTRIES_ANY, to);
	arena_free(&a);
}

/* ---- refs ---- */

static void refs_below(struct arena *a, struct str dir, struct str name, const struct names_sink *to, int depth)
{
	DIR *d = depth > REFS_DEEP ? NULL : opendir(arena_strdup(a, dir));
	struct dirent *e;

	for (size_t i = 0; d && i < ENTRIES_MAX && (e = readdir(d)); i++) {
		if (is_dot(e->d_name) || strcmp(e->d_name, "HEAD") == 0)
			continue;
		struct str below = name.n ? path_join(a, name, str_of(e->d_name)) : arena_str(a, str_of(e->d_name));
		if (e->d_type == DT_DIR)
			refs_below(a, path_join(a, dir, str_of(e->d_name)), below, to, depth + 1);
		else
			to->add(to->ctx, below);
	}
	if (d)
		closedir(d);
}

/* Lines "<object> refs/heads/name". */
static void refs_packed(struct str text, struct str kind, const struct names_sink *to)
{
	struct str line;

	while (str_line(&text, &line)) {
		struct str name = str_sub(line, str_chr(line, ' ') + 1, line.n);
		if (!str_starts(name, "refs/"))
			continue;
		name = str_sub(name, 5, name.n);
		if (name.n > kind.n + 1 && name.p[kind.n] == '/' && str_eq(str_sub(name, 0, kind.n), kind))
			to->add(to->ctx, str_sub(name, kind.n + 1, name.n));
	}
}

void names_refs(struct arena *a, struct source_tree *view, struct str kind, const struct names_sink *to)
{
	struct str git = path_join(a, source_root(view), STR(".git")), packed;
	struct err err;

	refs_below(a, arena_printf(a, "%.*s/refs/%.*s", STR_ARG(git), STR_ARG(kind)), STR(""), to, 0);
	if (file_read(a, arena_printf(a, "%.*s/packed-refs", STR_ARG(git)).p, PACKED_MAX, &packed, &err))
		refs_packed(packed, kind, to);
}
