#include "policy/branch.h"

#include "base/io.h"
#include "base/path.h"
#include "config/settings.h"

enum { HEAD_MAX = 4096 };

/* ".git" is a directory, or in a worktree a file "gitdir: DIR". */
static struct str git_dir(struct arena *a, struct str dir)
{
	for (; dir.n; dir = path_dir(dir)) {
		struct str git = arena_printf(a, "%.*s/.git", STR_ARG(dir)), text;
		if (is_dir(git.p))
			return git;
		if (file_exists(git.p) && file_read(a, git.p, HEAD_MAX, &text, NULL) && str_starts(text, "gitdir:"))
			return path_join(a, dir, str_trim(str_sub(text, 7, text.n)));
		if (str_is(dir, "/"))
			break;
	}
	return STR_NONE;
}

static bool ref_in(struct arena *a, struct str git, const char *file, struct str *ref)
{
	const char *path = arena_printf(a, "%.*s/%s", STR_ARG(git), file).p;

	return file_exists(path) && file_read(a, path, HEAD_MAX, ref, NULL);
}

static struct str branch_name(struct str ref)
{
	ref = str_trim(ref);
	if (str_starts(ref, "ref:"))
		ref = str_trim(str_sub(ref, 4, ref.n));
	return str_starts(ref, "refs/heads/") ? str_sub(ref, 11, ref.n) : STR_NONE;
}

static bool is_object_name(struct str s)
{
	s = str_trim(s);
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789abcdef", s.p[i]))
			return false;
	return s.n == 40 || s.n == 64;
}

bool branch_of(struct arena *a, struct str dir, struct str *name)
{
	static const char *const moving[] = { "rebase-merge/head-name", "rebase-apply/head-name" };
	struct str git = git_dir(a, dir), ref;

	for (size_t i = 0; git.n && i < sizeof(moving) / sizeof(moving[0]); i++)
		if (ref_in(a, git, moving[i], &ref) && (*name = branch_name(ref)).n)
			return true;
	if (!git.n || !file_exists(arena_printf(a, "%.*s/HEAD", STR_ARG(git)).p))
		return false;
	if (!ref_in(a, git, "HEAD", &ref))
		ref = STR("");
	*name = branch_name(ref);
	/* ".invalid" stands in HEAD where the references are kept elsewhere. */
	if (!name->n || str_is(*name, ".invalid"))
		*name = STR("?");
	return !is_object_name(ref);
}

bool branch_is_protected(struct arena *a, const struct config *config, struct str root, struct str *name)
{
	const struct str *at;
	size_t n = config_list(config, "protected_branches", &at), first = 0;
	struct setting built_in;

	if (str_is(config_str(config, "environment"), "dev") &&
		setting_parse(
			a, CK_PROTECTED_BRANCHES, str_of(config_rows[CK_PROTECTED_BRANCHES].value), &built_in, NULL))
		first = built_in.list.n;
	if (first >= n || !branch_of(a, root, name))
		return false;
	for (size_t i = first; i < n; i++)
		if (str_is(*name, "?") || glob_match(at[i], *name))
			return true;
	return false;
}
