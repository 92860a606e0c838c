#include "exec/entered_folders.h"

#include <unistd.h>

#include "base/path.h"
#include "redact/redact.h"

enum { FOLDERS_MAX = 200 };

void entered_folders_add(struct entered_folders *f, struct str dir)
{
	if (f->all.n < FOLDERS_MAX && !str_among(f->all.at, f->all.n, dir))
		*VEC_ADD(&f->a, &f->all) = arena_str(&f->a, dir);
}

static bool is_there(struct arena *a, struct str dir, struct str file)
{
	return access(arena_strdup(a, path_join(a, dir, file)), F_OK) == 0;
}

/* The name of the file relative to cwd; p == NULL: it is in none of the directories, or in several. */
static struct str name_of(const struct entered_folders *f, struct arena *a, struct str cwd, struct str file)
{
	struct str found = STR_NONE;

	for (size_t i = 0; i < f->all.n; i++) {
		if (!is_there(a, f->all.at[i], file))
			continue;
		if (found.p)
			return STR_NONE;
		found = path_normal(a, path_join(a, f->all.at[i], file));
	}
	struct str below = found.p ? path_below(found, cwd) : STR_NONE;
	return below.p ? below : found;
}

void entered_folders_place(const struct entered_folders *f, struct str cwd, struct record *r)
{
	struct str file = r->error.file;

	if (!f->all.n || !file.n || !cwd.n || path_is_absolute(file) || is_there(r->a, cwd, file))
		return;
	struct str name = name_of(f, r->a, cwd, file);
	if (!name.p)
		return;
	LIST_EACH(related, related, &r->error.related)
		if (str_eq(related->file, file))
			related->file = name;
	LIST_EACH(fixit, fixit, &r->error.fixits)
		if (str_eq(fixit->file, file))
			fixit->file = name;
	r->error.file = name;
	r->fingerprint = redact_fingerprint(r->a, r);
}
