#include "sandbox/link_target.h"

#include <limits.h>
#include <stdlib.h>

#include "base/path.h"

static bool into_copy(
	struct arena *a, const struct link_names *names, struct str absolute, struct str root, struct str *out)
{
	struct str tail = path_below(path_normal(a, absolute), root);

	if (!tail.p)
		return false;
	*out = str_is(tail, ".") ? names->copy : path_join(a, names->copy, tail);
	return true;
}

static struct str lead_absolute(struct arena *a, const struct link_names *names, struct str target)
{
	char real[PATH_MAX];
	struct str out;

	if (into_copy(a, names, target, names->root, &out) || into_copy(a, names, target, names->given, &out))
		return out;
	/* The root may have other names, through symlinks. */
	if (realpath(arena_strdup(a, target), real) && into_copy(a, names, str_of(real), names->root, &out))
		return out;
	return target;
}

static size_t levels(struct str path)
{
	size_t n = path.n > 0;

	for (size_t i = 0; i < path.n; i++)
		n += path.p[i] == '/';
	return n;
}

/* Remove leading "../" and "./"; returns the number of levels up. */
static size_t climb(struct str *target)
{
	struct str piece, rest = *target;
	size_t up = 0;

	while (str_split(&rest, '/', &piece)) {
		if (str_is(piece, ".."))
			up++;
		else if (piece.n && !str_is(piece, "."))
			break;
		*target = rest;
	}
	return up;
}

struct str link_target(struct arena *a, const struct link_names *names, struct str dir, struct str target)
{
	struct str rest = target, above = names->root;

	if (path_is_absolute(target))
		return lead_absolute(a, names, target);
	size_t up = climb(&rest), depth = levels(dir);
	if (up <= depth)
		return target;
	/* Outside the root, whose parents are not symlinks, so that ".." can be removed from the path. */
	for (; up > depth; up--)
		above = str_sub(above, 0, str_rchr(above, '/'));
	return lead_absolute(a, names, arena_printf(a, "%.*s/%.*s", STR_ARG(above), STR_ARG(rest)));
}
