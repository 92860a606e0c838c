#include "lang/checker_deps.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/path.h"
#include "base/vec.h"
#include "tree/existing_names.h"

enum { FILES = 1000, BYTES = 8 << 20 };

struct neighbours {
	struct arena a;
	struct node extensions;
	VEC(struct str) names;
};

static void name_add(void *ctx, struct str name)
{
	struct neighbours *n = ctx;

	if (n->names.n <= FILES)
		*VEC_ADD(&n->a, &n->names) = arena_str(&n->a, name);
}

static bool is_read(const struct neighbours *n, struct str name)
{
	return node_list_has(n->extensions, path_extension(name));
}

static void sized_add(struct sha256 *s, struct str text)
{
	sha256_add(s, (struct str){ (const char *)&text.n, sizeof(text.n) });
	sha256_add(s, text);
}

static bool directory_hash(struct sha256 *s, struct neighbours *n, struct str dir, struct str but, size_t *left)
{
	struct names_sink sink = { name_add, n };
	struct err err;

	n->names.n = 0;
	names_entries(arena_strdup(&n->a, dir), ENTRIES_ANY, &sink);
	if (n->names.n > FILES)
		return false;
	if (n->names.n)
		qsort(n->names.at, n->names.n, sizeof(*n->names.at), str_order);
	for (size_t i = 0; i < n->names.n; i++) {
		struct str text, name = n->names.at[i], path = path_join(&n->a, dir, name);
		struct stat st;
		if (but.p && str_eq(name, but))
			continue;
		if (!is_read(n, name)) {
			sized_add(s, name);
			if (stat(arena_strdup(&n->a, path), &st) == 0 && S_ISREG(st.st_mode))
				sha256_add(s, (struct str){ (const char *)&st.st_size, sizeof(st.st_size) });
			continue;
		}
		if (!file_read(&n->a, arena_strdup(&n->a, path), *left, &text, &err))
			return false;
		*left -= text.n;
		sized_add(s, name);
		sized_add(s, text);
	}
	return true;
}

bool checker_deps_hash(struct sha256 *s, struct node language, const struct text *x, const struct flags *flags)
{
	struct neighbours n = { .a = ARENA_INIT, .extensions = node_get(language, "extensions") };
	struct node beside = node_get(language, "beside");
	size_t left = BYTES;
	bool known = x->dir.p && directory_hash(s, &n, x->dir, path_base(x->path), &left);

	for (uint32_t i = 0; known && i < node_list_count(beside); i++)
		known = directory_hash(
			s, &n, path_join(&n.a, x->dir, node_str(node_list_at(beside, i))), STR_NONE, &left);
	for (size_t i = 0; known && flags && i < flags->dirs_n; i++)
		known = directory_hash(s, &n, flags->dirs[i], STR_NONE, &left);
	arena_free(&n.a);
	return known;
}
