/* Find the sources of an image. */
#include "rules/compile.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"

static int by_name(const void *x, const void *y)
{
	const struct source_file *a = x, *b = y;

	return strcmp(a->name, b->name);
}

static bool is_of_definitions(const struct source_file *file)
{
	struct str text = file->text, line;

	while (str_line(&text, &line))
		if (str_is(str_trim(line), "table: subpatterns") || str_is(str_trim(line), "table: forms"))
			return true;
	return false;
}

/* Tables of subpatterns and forms first, since rules of all files may refer to them; the rest in the same order. */
static void definitions_first(struct arena *a, struct source_file *files, size_t n)
{
	struct source_file *sorted = arena_alloc(a, (n + 1) * sizeof(*sorted));
	size_t k = 0;

	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < n; i++)
			if (is_of_definitions(&files[i]) == (round == 0))
				sorted[k++] = files[i];
	memcpy(files, sorted, n * sizeof(*files));
}

bool sources_read(
	struct arena *a, const char *const *dirs, size_t n, struct source_file **files, size_t *count, struct err *err)
{
	VEC(struct source_file) all = { 0 };

	for (size_t i = 0; i < n; i++) {
		DIR *d = opendir(dirs[i]);
		size_t begin = all.n;
		if (!d && errno == ENOENT)
			continue;
		if (!d)
			return err_errno(err, HEAL_REFUSED, "cannot read directory '%s'", dirs[i]);
		for (struct dirent *e; (e = readdir(d));) {
			struct str name = str_of(e->d_name);
			if (e->d_name[0] == '.' || (!str_ends(name, ".yaml") && !str_ends(name, ".yml")))
				continue;
			struct str path = arena_printf(a, "%s/%s", dirs[i], e->d_name);
			struct source_file f = { .name = path.p };
			if (!file_read(a, path.p, 16 << 20, &f.text, err)) {
				closedir(d);
				return false;
			}
			*VEC_ADD(a, &all) = f;
		}
		closedir(d);
		if (all.n > begin)
			qsort(all.at + begin, all.n - begin, sizeof(*all.at), by_name);
	}
	if (all.n)
		definitions_first(a, all.at, all.n);
	*files = all.at;
	*count = all.n;
	return true;
}
