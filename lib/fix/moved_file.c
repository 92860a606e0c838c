#include "fix/moved_file.h"

#include "base/path.h"
#include "tree/diff.h"
#include "tree/source_tree.h"

enum { FILES = 200, LINES_ALIKE = 3 }; /* with another name, a shorter text may be the same by chance */

static size_t lines_of(struct str text)
{
	struct str line;
	size_t n = 0;

	while (str_line(&text, &line))
		n++;
	return n;
}

/* The lines of the old text that are in the new one, at least half of the longer one's? */
static bool is_similar(struct arena *a, struct str old, struct str new)
{
	size_t kept = lines_of(old), other = lines_of(new), longer = kept > other ? kept : other;
	struct hunks h = diff_lines(a, old, new);

	for (size_t i = 0; i < h.n; i++)
		kept -= h.at[i].old_end - h.at[i].old_begin;
	return kept && kept * 2 >= longer;
}

static bool is_same_file(struct arena *a, struct str name, struct str text, const struct text *other)
{
	if (str_eq(other->all, text))
		return str_eq(path_base(other->path), path_base(name)) || lines_of(text) >= LINES_ALIKE;
	return str_eq(path_base(other->path), path_base(name)) && is_similar(a, text, other->all);
}

static struct str extension_of(struct str path)
{
	struct str base = path_base(path);
	size_t dot = str_rchr(base, '.');

	return dot < base.n ? str_sub(base, dot, base.n) : STR("");
}

/* A name with a character that a glob interprets is not looked for. */
static struct str found_among(
	struct arena *a, struct source_tree *all, struct str pattern, struct str path, struct str text)
{
	struct str files[FILES];
	size_t n = source_glob(all, a, path_join(a, STR("**"), pattern), files, FILES);

	for (size_t i = 0; i < n; i++) {
		const struct text *other = str_eq(files[i], path) ? NULL : source_read(all, files[i]);
		if (other && is_same_file(a, path, text, other))
			return arena_str(a, files[i]);
	}
	return STR_NONE;
}

struct str moved_to(struct arena *a, const struct tree *t, struct str path, struct str text)
{
	struct source_tree *all = str_trim(text).n ? source_new(arena_strdup(a, t->path), ".", NULL) : NULL;
	struct str found = all ? found_among(a, all, path_base(path), path, text) : STR_NONE;

	if (all && !found.p && extension_of(path).n)
		found = found_among(a, all, arena_printf(a, "*%.*s", STR_ARG(extension_of(path))), path, text);
	source_free(all);
	return found;
}
