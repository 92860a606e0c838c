/* The folders that may be used: those given at the start, narrowed by the client's roots. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"
#include "config/config.h"
#include "server.h"

void folders_open(struct folders *f, struct arena *a, char *const *names, size_t n)
{
	struct err err;

	f->at = arena_alloc(a, (n + 1) * sizeof(*f->at));
	for (size_t i = 0; i < n; i++)
		if (!tree_open(a, &f->at[f->n++], names[i], &err))
			die(err.status, "%s", err.text);
}

static bool is_below(struct str path, struct str root)
{
	return path_below(path, root).p != NULL;
}

bool folders_permit(const struct folders *f, struct str path)
{
	bool folder = false, root = !f->roots.n;

	for (size_t i = 0; i < f->n; i++)
		folder |= is_below(path, f->at[i].path);
	for (size_t i = 0; i < f->roots.n; i++)
		root |= is_below(path, f->roots.at[i]);
	return folder && root;
}

/* ---- the client's roots ---- */

static int hex(char c)
{
	return c >= '0' && c <= '9'  ? c - '0' :
		c >= 'a' && c <= 'f' ? c - 'a' + 10 :
		c >= 'A' && c <= 'F' ? c - 'A' + 10 :
				       -1;
}

/* The path of a file URI, without symlinks; p == NULL: there is none. */
static struct str uri_path(struct arena *a, struct str uri)
{
	char *path, *real;
	size_t n = 0;

	if (!str_starts(uri, "file:///"))
		return STR_NONE;
	uri = str_sub(uri, 7, uri.n);
	path = arena_alloc(a, uri.n + 1);
	for (size_t i = 0; i < uri.n; i++) {
		bool escaped = uri.p[i] == '%' && i + 2 < uri.n && hex(uri.p[i + 1]) >= 0 && hex(uri.p[i + 2]) >= 0;
		path[n++] = escaped ? (char)(hex(uri.p[i + 1]) * 16 + hex(uri.p[i + 2])) : uri.p[i];
		i += escaped ? 2 : 0;
	}
	if (memchr(path, '\0', n) || !(real = realpath(path, NULL)))
		return STR_NONE;
	struct str found = arena_str(a, str_of(real));
	free(real);
	return found;
}

void folders_narrow(struct folders *f, const struct json *result)
{
	const struct json *roots = json_get(result, "roots");

	arena_reset(&f->a);
	f->roots.at = NULL;
	f->roots.n = f->roots.room = 0;
	JSON_EACH(root, roots) {
		struct str path = uri_path(&f->a, json_str(json_get(root, "uri")));
		/* A root that does not exist permits nothing, instead of not being one. */
		*VEC_ADD(&f->a, &f->roots) = path.p ? path : STR("/nonexistent");
	}
}

/* ---- a project ---- */

/* The folder below that tree.  -1: err. */
static int folder_open(struct arena *a, const struct tree *t, struct str name, struct str *path, struct err *err)
{
	struct str below;

	if (!name.n || str_is(name, ".") || str_eq(path_normal(a, name), t->path)) {
		*path = t->path;
		return openat(t->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (!tree_name(a, t, name, &below, err))
		return -1;
	*path = path_join(a, t->path, below);
	return tree_file(t, below, O_RDONLY | O_DIRECTORY, 0, err);
}

/* The tree that an absolute name is below; else the first one. */
static const struct tree *tree_of(struct arena *a, const struct folders *f, struct str name)
{
	struct str normal = path_normal(a, name);

	for (size_t i = 0; path_is_absolute(name) && i < f->n; i++)
		if (is_below(normal, f->at[i].path))
			return &f->at[i];
	return &f->at[0];
}

bool place_find(struct arena *a, const struct folders *f, struct str name, struct place *out, struct err *err)
{
	const struct tree *t = tree_of(a, f, str_or_empty(name));
	struct err why = { HEAL_OK, "" };

	out->dir = folder_open(a, t, str_or_empty(name), &out->path, &why);
	if (out->dir < 0)
		return err_set(err, HEAL_WRONG, "the folder cannot be used: %.300s; it must be below '%.*s'", why.text,
			STR_ARG(t->path));
	out->root = project_root(a, arena_strdup(a, out->path));
	if (!folders_permit(f, out->path))
		return err_set(err, HEAL_WRONG, "'%.*s' is outside the roots of this client", STR_ARG(out->path));
	if (!out->root.n || !folders_permit(f, out->root))
		return err_set(err, HEAL_WRONG,
			"the project around '%.*s' is '%.*s', which is not below a folder given to heal-mcp: ask the "
			"user "
			"to start heal-mcp with that folder",
			STR_ARG(out->path), STR_ARG(out->root));
	return true;
}

bool place_read(struct arena *a, const struct place *p, struct str name, struct str *text, struct err *err)
{
	struct tree t;
	struct stat st;
	struct str below;

	if (!tree_open(a, &t, arena_printf(a, "/proc/self/fd/%d", p->dir).p, err))
		return false;
	bool ok = tree_name(a, &t, name, &below, err) && tree_read(a, &t, below, text, &st, err);
	tree_close(&t);
	return ok;
}
