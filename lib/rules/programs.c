#include "rules/programs.h"

#include "base/path.h"
#include "base/proc.h"

static struct str above(struct str dir)
{
	size_t slash = str_rchr(dir, '/');

	return str_sub(dir, 0, slash < dir.n ? slash : 0);
}

struct str program_own(struct arena *a, struct node folders, struct str root, struct str dir, struct str name)
{
	if (!name.n || str_chr(name, '/') < name.n)
		return STR_NONE;
	for (struct str at = str_is(dir, ".") ? STR("") : dir;; at = above(at)) {
		for (uint32_t i = 0; i < node_list_count(folders); i++) {
			struct str path = path_join(a, node_str(node_list_at(folders, i)), name);
			path = at.n ? path_join(a, at, path) : path;
			if (proc_find(a, arena_strdup(a, path_join(a, root, path))).p)
				return path;
		}
		if (!at.n)
			return STR_NONE;
	}
}
