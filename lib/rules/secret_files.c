#include "rules/secret_files.h"

#include "rules/node.h"

size_t secret_files(struct arena *a, const struct pack *pack, const struct str **globs)
{
	struct node table = pack_table(pack, "secret-files");
	uint32_t n = node_count(table);
	struct str *at = arena_alloc(a, (n + 1) * sizeof(*at));

	for (uint32_t i = 0; i < n; i++)
		at[i] = node_key(table, i);
	*globs = at;
	return n;
}
