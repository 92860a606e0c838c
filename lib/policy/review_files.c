#include "policy/review_files.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"

enum { REVIEW_FILE_MAX = 8 << 20 };

struct str review_path(struct arena *a, const char *dir, const char *name)
{
	struct str state = dir_state(a);

	return state.p ? arena_printf(a, "%.*s/%s%s%s", STR_ARG(state), dir, name ? "/" : "", name ? name : "") :
			 STR_NONE;
}

struct str user_name(struct arena *a, uid_t uid)
{
	struct passwd entry, *found = NULL;
	char room[4096];

	if (getpwuid_r(uid, &entry, room, sizeof(room), &found) == 0 && found)
		return arena_str(a, str_of(found->pw_name));
	return arena_printf(a, "%u", (unsigned)uid);
}

bool is_approver(const struct config *config, uid_t uid)
{
	struct arena a = ARENA_INIT;
	const struct str *at = NULL;
	size_t n = config ? config_list(config, "approvers", &at) : 0;
	struct str number = arena_printf(&a, "%u", (unsigned)uid), name = n ? user_name(&a, uid) : STR("");
	bool is = false;

	for (size_t i = 0; i < n; i++)
		is |= str_eq(at[i], number) || str_eq(at[i], name);
	arena_free(&a);
	return is;
}

static bool refuse(struct err *err, const char *path, const char *why, uid_t owner)
{
	struct arena a = ARENA_INIT;
	char shown[300];

	visible(str_of(path), shown, sizeof(shown));
	if (why)
		err_set(err, HEAL_REFUSED, "'%s' is not trusted: %s", shown, why);
	else
		err_set(err, HEAL_REFUSED, "'%s' is not trusted: it belongs to the user %.*s", shown,
			STR_ARG(user_name(&a, owner)));
	arena_free(&a);
	return false;
}

static bool folder_is_private(const char *path, const struct config *config, struct err *err)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return err_errno(err, errno == ENOENT ? HEAL_WRONG : HEAL_REFUSED, "cannot use '%s'", path);
	if (S_ISLNK(st.st_mode) && stat(path, &st) < 0)
		return err_errno(err, HEAL_REFUSED, "cannot use '%s'", path);
	if (st.st_uid != 0 && st.st_uid != geteuid() && !is_approver(config, st.st_uid))
		return refuse(err, path, NULL, st.st_uid);
	if ((st.st_mode & 022) && !(st.st_mode & S_ISVTX))
		return refuse(err, path, "other users may write to it", 0);
	return true;
}

bool review_folder_check(const char *path, const struct config *config, struct err *err)
{
	struct arena a = ARENA_INIT;
	bool ok = true;

	for (struct str dir = str_of(path); ok && dir.n > 1; dir = path_dir(dir))
		ok = folder_is_private(arena_strdup(&a, dir), config, err);
	arena_free(&a);
	return ok;
}

bool review_file_read(
	struct arena *a, const char *path, const struct config *config, struct str *text, uid_t *owner, struct err *err)
{
	struct err why;
	struct stat st;
	const char *dir = arena_strdup(a, path_dir(str_of(path)));
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return err_errno(err, errno == ENOENT ? HEAL_WRONG : HEAL_REFUSED, "cannot open '%s'", path);
	bool ok = review_folder_check(dir, config, err);
	if (ok && fstat(fd, &st) < 0)
		ok = err_errno(err, HEAL_REFUSED, "cannot read '%s'", path);
	else if (ok && (!S_ISREG(st.st_mode) || st.st_nlink != 1))
		ok = refuse(err, path, "it is not a regular file with one name", 0);
	else if (ok && st.st_uid != geteuid() && !is_approver(config, st.st_uid))
		ok = refuse(err, path, NULL, st.st_uid);
	else if (ok && (st.st_mode & 022))
		ok = refuse(err, path, "other users may write to it", 0);
	else if (ok && !fd_read(a, fd, REVIEW_FILE_MAX, text, &why))
		ok = err_set(err, why.status, "'%s': %s", path, why.text);
	if (ok)
		*owner = st.st_uid;
	close(fd);
	return ok;
}
