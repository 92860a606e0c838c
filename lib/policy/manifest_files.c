#include "policy/manifest_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/path.h"
#include "base/vec.h"

static DIR *folder_open(struct arena *a, const struct tree *t, struct str folder)
{
	struct str tidy;
	int fd = folder.n == 0 || str_is(folder, ".") ? openat(t->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) :
		tree_name(a, t, folder, &tidy, NULL)  ? tree_file(t, tidy, O_RDONLY | O_DIRECTORY, 0, NULL) :
							-1;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !d)
		close(fd);
	return d;
}

void manifest_files(struct arena *a, const struct tree *t, struct str dir, struct str glob,
	void (*take)(void *ctx, struct str name), void *ctx)
{
	struct str folder = path_normal(a, path_join(a, dir, path_dir(glob)));

	if (str_chr(glob, '*') == glob.n) {
		take(ctx, path_join(a, dir, glob));
		return;
	}
	DIR *d = folder_open(a, t, folder);
	for (struct dirent *e; d && (e = readdir(d));)
		if (glob_match(path_base(glob), str_of(e->d_name)))
			take(ctx,
				path_join(a, str_is(folder, ".") ? STR("") : folder, arena_str(a, str_of(e->d_name))));
	if (d)
		closedir(d);
}

struct walk {
	struct arena *a;
	const struct tree *t;
	struct node skipped; /* globs */
	struct str glob;
	void (*take)(void *ctx, struct str name);
	void *ctx;
	int left;
};

static void walk_below(struct walk *w, struct str dir, int depth)
{
	DIR *d = depth > MANIFEST_DEPTH ? NULL : folder_open(w->a, w->t, dir);
	VEC(struct str) folders = { 0 };

	for (struct dirent *e; d && (e = readdir(d));)
		if (e->d_type == DT_DIR && e->d_name[0] != '.')
			*VEC_ADD(w->a, &folders) = path_join(w->a, dir, arena_str(w->a, str_of(e->d_name)));
	if (d)
		closedir(d);
	for (size_t i = 0; i < folders.n && w->left-- > 0; i++) {
		if (node_list_globs(w->skipped, path_join(w->a, folders.at[i], STR("x"))))
			continue;
		manifest_files(w->a, w->t, folders.at[i], w->glob, w->take, w->ctx);
		walk_below(w, folders.at[i], depth + 1);
	}
}

void manifest_files_below(struct arena *a, const struct tree *t, const struct pack *pack, struct str dir,
	struct str glob, void (*take)(void *ctx, struct str name), void *ctx)
{
	struct walk w = { .a = a, .t = t, .glob = glob, .take = take, .ctx = ctx, .left = MANIFEST_FOLDERS };

	if (pack)
		w.skipped = pack_table(pack, "dependency-folders");
	walk_below(&w, dir, 0);
}
