#include "tree/repository.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"

enum { LINK_MAX_BYTES = 4096, PACKED_MAX = 16 << 20, SHA1_DIGITS = 40, SHA256_DIGITS = 64 };

struct folders {
	struct str own;    /* HEAD and index */
	struct str common; /* objects and refs; the same, but for linked working trees */
};

static struct str real_of(struct arena *a, struct str path)
{
	char real[PATH_MAX];

	return realpath(arena_strdup(a, path), real) ? arena_str(a, str_of(real)) : STR_NONE;
}

/* The text of a small file without white space at its ends; p == NULL: it cannot be read. */
static struct str small_file(struct arena *a, struct str dir, const char *name)
{
	struct str text;

	if (!file_read(a, path_join(a, dir, str_of(name)).p, LINK_MAX_BYTES, &text, NULL))
		return STR_NONE;
	return arena_str(a, str_trim(text));
}

static struct str linked(struct arena *a, struct str dir, struct str link)
{
	return link.n ? real_of(a, path_join(a, dir, link)) : STR_NONE;
}

/* Another repository could be named as well, so the repository must name this working tree in turn. */
static bool is_worktree(struct arena *a, struct str git, struct str sign_path, struct folders *out)
{
	struct str common = path_dir(path_dir(git)), back = linked(a, git, small_file(a, git, "gitdir"));

	if (!str_is(path_base(path_dir(git)), "worktrees") || !back.p || !str_eq(back, real_of(a, sign_path)))
		return false;
	*out = (struct folders){ git, common };
	return true;
}

/* The repository of a submodule is in that of the project around it. */
static bool is_submodule(struct arena *a, struct str git, struct str top, struct str sign, struct folders *out)
{
	*out = (struct folders){ git, git };
	for (struct str at = top; at.n > 1;) {
		at = path_dir(at);
		if (path_below(git, path_join(a, path_join(a, at, sign), STR("modules"))).p)
			return true;
	}
	return false;
}

static bool folders_find(struct arena *a, struct str top, struct str sign, const struct stat *st, struct folders *out)
{
	struct str path = path_join(a, top, sign), text;

	if (S_ISDIR(st->st_mode)) {
		*out = (struct folders){ path, path };
		return true;
	}
	text = S_ISREG(st->st_mode) ? small_file(a, top, sign.p) : STR_NONE;
	if (!str_starts(text, "gitdir:"))
		return false;
	struct str git = linked(a, top, str_trim(str_sub(text, 7, text.n)));
	return git.p && (is_worktree(a, git, path, out) || is_submodule(a, git, top, sign, out));
}

static bool is_hash(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return s.n == SHA1_DIGITS || s.n == SHA256_DIGITS;
}

static bool is_ref(struct str name)
{
	struct str rest = name, part;

	while (str_split(&rest, '/', &part))
		if (part.n == 0 || part.p[0] == '.')
			return false;
	return str_starts(name, "refs/") && !str_has_control(name);
}

/* In lines "<hash> <name>". */
static struct str packed_ref(struct arena *a, struct str common, struct str name)
{
	struct str text, line;

	if (!file_read(a, path_join(a, common, STR("packed-refs")).p, PACKED_MAX, &text, NULL))
		return STR_NONE;
	while (str_line(&text, &line)) {
		size_t blank = str_chr(line, ' ');
		if (str_eq(str_sub(line, blank + 1, line.n), name))
			return str_sub(line, 0, blank);
	}
	return STR_NONE;
}

static struct str head_commit(struct arena *a, const struct folders *f)
{
	struct str head = small_file(a, f->own, "HEAD");

	if (!str_starts(head, "ref:"))
		return head;
	struct str name = arena_str(a, str_trim(str_sub(head, 4, head.n)));
	if (!is_ref(name))
		return STR_NONE;
	struct str loose = small_file(a, f->common, name.p);
	return loose.p ? loose : packed_ref(a, f->common, name);
}

static bool has_all_objects(struct arena *a, struct str objects)
{
	struct stat st;

	if (lstat(objects.p, &st) < 0 || !S_ISDIR(st.st_mode))
		return false;
	return lstat(path_join(a, objects, STR("info/alternates")).p, &st) < 0;
}

/* A directory above may be one in which anybody can make a repository, as /tmp. */
static bool is_owner(const struct stat *sign, struct str root)
{
	struct stat st;

	return sign->st_uid == geteuid() || sign->st_uid == 0 || (stat(root.p, &st) == 0 && st.st_uid == sign->st_uid);
}

bool repository_find(struct arena *a, struct str root, struct str sign, struct repository *out)
{
	struct str top = arena_str(a, root);
	struct folders f;
	struct stat st;

	while (lstat(path_join(a, top, sign).p, &st) < 0) {
		if (top.n <= 1)
			return false;
		top = arena_str(a, path_dir(top));
	}
	if (!is_owner(&st, arena_str(a, root)) || !folders_find(a, top, sign, &st, &f))
		return false;
	*out = (struct repository){ .top = top,
		.objects = path_join(a, f.common, STR("objects")),
		.index = path_join(a, f.own, STR("index")),
		.commit = head_commit(a, &f) };
	out->format = out->commit.n == SHA256_DIGITS ? STR("sha256") : STR("sha1");
	return is_hash(out->commit) && has_all_objects(a, out->objects);
}
