#include "validate/quick.h"

#include "base/path.h"
#include "base/temporary_folder.h"

/* Does the old content parse, alone in a directory? */
static bool old_passes(struct arena *a, const struct pack *pack, struct str path, struct str old)
{
	struct temporary_folder dir = TEMPORARY_FOLDER_NONE;
	bool passes = temporary_folder_make(a, &dir, "check", NULL) &&
		temporary_folder_put(&dir, path_base(path), old) &&
		syntax_check(a, pack, dir.path.p, path_base(path)).status == CHECK_PASSED;

	temporary_folder_remove(&dir);
	return passes;
}

struct check quick_syntax(
	struct arena *a, const struct pack *pack, const struct tree *tree, struct str path, struct str old)
{
	struct check c = { .name = STR("syntax"), .status = CHECK_SKIPPED };
	struct str name;
	struct err err;

	if (!tree_name(a, tree, path, &name, &err)) {
		c.detail = arena_str(a, str_of(err.text));
		return c;
	}
	c = syntax_check(a, pack, tree->path.p, name);
	if (c.status == CHECK_FAILED && old.p && !old_passes(a, pack, name, old)) {
		c.status = CHECK_SKIPPED;
		c.detail = arena_printf(a, "does not parse with or without the fix: %.*s", STR_ARG(c.detail));
	}
	c.detail = arena_printf(a, "%.*s%s%.*s", STR_ARG(name), c.detail.n ? ": " : "", STR_ARG(c.detail));
	return c;
}
