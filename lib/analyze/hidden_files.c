#include "analyze/hidden_files.h"

#include "rules/secret_files.h"

void hide_secret_files(struct source_tree *view, const struct pack *pack)
{
	struct arena a = ARENA_INIT;
	const struct str *globs;
	size_t n = secret_files(&a, pack, &globs);

	source_hide(view, globs, n);
	arena_free(&a);
}
