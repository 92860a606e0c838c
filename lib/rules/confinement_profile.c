#include "rules/confinement_profile.h"

#include "rules/pack_image.h"

static void names_add(struct arena *a, struct names *to, struct node list)
{
	for (uint32_t i = 0; i < node_list_count(list); i++)
		*VEC_ADD(a, &to->all) = arena_str(a, node_str(node_list_at(list, i)));
}

static enum confinement_network network_of(struct str s)
{
	return str_is(s, "all") ? NETWORK_ALL : str_is(s, "loopback") ? NETWORK_LOOPBACK : NETWORK_NONE;
}

struct confinement *confinement_profile(struct arena *a, struct node any, const char *name)
{
	const struct image_head *head = (const void *)any.image;
	struct node table = head ? node_get((struct node){ any.image, head->tables }, "confinement") : any;
	struct node row = node_get(node_get(table, "profiles"), name);

	if (node_kind(row) != NODE_MAP)
		return NULL;
	struct confinement *c = ARENA_NEW(a, struct confinement);
	*c = (struct confinement){ .network = network_of(node_str(node_get(row, "network"))),
		.home = node_bool(node_get(row, "home"), false),
		.namespace = node_bool(node_get(row, "namespace"), false),
		.metadata = node_bool(node_get(row, "metadata"), false),
		.trace = node_bool(node_get(row, "trace"), false),
		.cpu_seconds = node_int(node_get(row, "cpu_seconds"), 0),
		.file_mb = node_int(node_get(row, "file_mb"), 0),
		.files = node_int(node_get(row, "files"), 0),
		.processes = node_int(node_get(row, "processes"), 0) };
	names_add(a, &c->variables, node_get(table, "variables"));
	names_add(a, &c->variables, node_get(row, "variables"));
	names_add(a, &c->path_variables, node_get(table, "path_variables"));
	names_add(a, &c->secrets, node_get(table, "secrets"));
	names_add(a, &c->devices, node_get(table, "devices"));
	names_add(a, &c->readable, node_get(table, "readable"));
	names_add(a, &c->readable, node_get(row, "readable"));
	names_add(a, &c->overlaid, node_get(table, "overlaid"));
	return c;
}
