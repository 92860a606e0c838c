#include "rules/confinement_profile.h"

#include <stdlib.h>

#include "base/path.h"
#include "rules/pack_image.h"

enum { LIKE_MAX = 8 };

static void names_add(struct arena *a, struct names *to, struct node list)
{
	for (uint32_t i = 0; i < node_list_count(list); i++)
		*VEC_ADD(a, &to->all) = arena_str(a, node_str(node_list_at(list, i)));
}

static enum confinement_network network_of(struct str s)
{
	return str_is(s, "all") ? NETWORK_ALL : str_is(s, "loopback") ? NETWORK_LOOPBACK : NETWORK_NONE;
}

/* The member of the profile, or of the one that it is like. */
static struct node member(struct node profiles, struct node row, const char *name)
{
	for (int depth = 0; depth < LIKE_MAX && node_kind(row) == NODE_MAP; depth++) {
		if (node_has(row, name))
			return node_get(row, name);
		row = node_get_str(profiles, node_str(node_get(row, "like")));
	}
	return node_get(row, name);
}

/* A directory that contains the home would give all of it. */
static void place_add(struct arena *a, struct names *to, struct str path)
{
	const char *home = getenv("HOME");

	path = path_normal(a, path);
	if (path_is_absolute(path) && !path_below(str_of(home ? home : ""), path).p)
		*VEC_ADD(a, &to->all) = path;
}

/* "/path", "~/path", "$VARIABLE" and "$VARIABLE/path" for each directory in it. */
static void places_add(struct arena *a, struct names *to, struct node list)
{
	for (uint32_t i = 0; i < node_list_count(list); i++) {
		struct str s = node_str(node_list_at(list, i));
		bool variable = str_starts(s, "$");
		size_t cut = variable || str_starts(s, "~/") ? str_chr(s, '/') : 0;
		const char *name = variable ? arena_strdup(a, str_sub(s, 1, cut)) : "HOME";
		struct str rest = str_of(cut ? getenv(name) : NULL), dir;
		if (!cut)
			place_add(a, to, s);
		while (cut && rest.p && str_split(&rest, ':', &dir))
			if (dir.n)
				place_add(a, to,
					arena_printf(a, "%.*s%.*s", STR_ARG(dir), STR_ARG(str_sub(s, cut, s.n))));
	}
}

static void numbers_take(struct confinement *c, struct node profiles, struct node row)
{
	c->cpu_seconds = node_int(member(profiles, row, "cpu_seconds"), 0);
	c->file_mb = node_int(member(profiles, row, "file_mb"), 0);
	c->files = node_int(member(profiles, row, "files"), 0);
	c->processes = node_int(member(profiles, row, "processes"), 0);
}

struct confinement *confinement_profile(struct arena *a, struct node any, const char *name)
{
	const struct image_head *head = (const void *)any.image;
	struct node table = head ? node_get((struct node){ any.image, head->tables }, "confinement") : any;
	struct node profiles = node_get(table, "profiles"), row = node_get(profiles, name);

	if (node_kind(row) != NODE_MAP)
		return NULL;
	struct confinement *c = ARENA_NEW(a, struct confinement);
	*c = (struct confinement){ .network = network_of(node_str(member(profiles, row, "network"))),
		.home = node_bool(member(profiles, row, "home"), false),
		.namespace = node_bool(member(profiles, row, "namespace"), false),
		.metadata = node_bool(member(profiles, row, "metadata"), false),
		.trace = node_bool(member(profiles, row, "trace"), false),
		.rights = node_bool(member(profiles, row, "rights"), false) };
	numbers_take(c, profiles, row);
	names_add(a, &c->variables, node_get(table, "variables"));
	names_add(a, &c->variables, member(profiles, row, "variables"));
	names_add(a, &c->path_variables, node_get(table, "path_variables"));
	names_add(a, &c->secrets, node_get(table, "secrets"));
	names_add(a, &c->devices, node_get(table, "devices"));
	names_add(a, &c->readable, node_get(table, "readable"));
	names_add(a, &c->readable, member(profiles, row, "readable"));
	names_add(a, &c->overlaid, node_get(table, "overlaid"));
	names_add(a, &c->read_only, member(profiles, row, "read_only"));
	places_add(a, &c->writable, member(profiles, row, "writable"));
	return c;
}

struct str confinement_of_scope(struct node any, struct str scope)
{
	const struct image_head *head = (const void *)any.image;
	struct node table = head ? node_get((struct node){ any.image, head->tables }, "confinement") : any;

	return node_str(node_get_str(node_get(table, "scopes"), scope));
}
