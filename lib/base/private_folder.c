#include "base/private_folder.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"

static bool of_another(const char *path, uid_t owner, struct err *err)
{
	if (geteuid() == 0)
		return err_set(err, HEAL_REFUSED,
			"'%.300s' belongs to user %u, and root uses only its own: use 'sudo -H', or set XDG_STATE_HOME",
			path, (unsigned)owner);
	return err_set(err, HEAL_REFUSED,
		"'%.300s' belongs to %s (%u): remove it, or set XDG_STATE_HOME to a folder of your own", path,
		owner == 0 ? "root" : "another user", (unsigned)owner);
}

bool private_stat(const struct stat *st, const char *shown, struct err *err)
{
	if (st->st_uid != geteuid())
		return of_another(shown, st->st_uid, err);
	if (st->st_mode & 022)
		return err_set(err, HEAL_REFUSED,
			"'%.300s' can be written by other users (mode %04o): if its contents are yours, "
			"run 'chmod go-w' on it",
			shown, st->st_mode & 07777u);
	return true;
}

/* In a user namespace the owners from outside it appear as this user. */
enum { OVERFLOW_UID = 65534 };

static bool in_user_namespace(void)
{
	struct arena a = ARENA_INIT;
	struct str map = STR("");
	bool known = file_read(&a, "/proc/self/uid_map", 4096, &map, NULL);
	bool all = str_same_words(map, STR("0 0 4294967295"));

	arena_free(&a);
	return known && !all;
}

/* Is it root or this user?  A namespace shows root from outside as unknown. */
static bool is_ours(uid_t user)
{
	return user == 0 || user == geteuid() || (user == OVERFLOW_UID && in_user_namespace());
}

bool trusted_stat(const struct stat *st, const char *shown, struct err *err)
{
	bool group = (st->st_mode & S_IWGRP) && st->st_gid != getegid();

	if (!is_ours(st->st_uid))
		return err_set(err, HEAL_REFUSED, "'%.300s' belongs to user %u", shown, (unsigned)st->st_uid);
	if (group || (st->st_mode & S_IWOTH))
		return err_set(err, HEAL_REFUSED, "'%.300s' can be written by other users (mode %04o)", shown,
			st->st_mode & 07777u);
	return true;
}

/* Whoever owns a folder above can replace what is in it. */
static bool above_is_ours(const char *path, const struct stat *st, struct err *err)
{
	if (!is_ours(st->st_uid))
		return of_another(path, st->st_uid, err);
	if ((st->st_mode & 0002) && !(st->st_mode & S_ISVTX))
		return err_set(err, HEAL_REFUSED,
			"everybody can write to '%.300s' (mode %04o): run 'chmod o-w' on it, or set XDG_STATE_HOME",
			path, st->st_mode & 07777u);
	return true;
}

/* The existing folders above path. */
static bool all_above(const char *path, struct err *err)
{
	char part[PATH_MAX];
	struct stat st;

	for (size_t i = 1; path[i]; i++) {
		if (path[i] != '/' || i >= sizeof(part))
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (stat(part, &st) < 0)
			return errno == ENOENT || err_errno(err, HEAL_REFUSED, "cannot open '%.300s'", part);
		if (!above_is_ours(part, &st, err))
			return false;
	}
	return true;
}

/* As the path is written, and as its symlinks lead. */
static bool above_is_safe(const char *path, struct err *err)
{
	char parent[PATH_MAX], real[PATH_MAX], below[PATH_MAX + 1];
	const char *slash = strrchr(path, '/');

	if (!slash || slash == path || strlen(path) >= sizeof(parent))
		return err_set(err, HEAL_WRONG, "invalid name of a folder: '%.80s'", path);
	if (!all_above(path, err))
		return false;
	snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
	if (!realpath(parent, real) || strcmp(real, parent) == 0)
		return true; /* or not there yet */
	snprintf(below, sizeof(below), "%s/", real);
	return all_above(below, err);
}

/* Whatever is above it. */
static int is_private(const char *path, struct err *err)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : (err_errno(err, HEAL_REFUSED, "cannot open '%.300s'", path), -1);
	if (S_ISLNK(st.st_mode)) {
		err_set(err, HEAL_REFUSED, "'%.300s' is a symlink: set XDG_STATE_HOME instead of linking it", path);
		return -1;
	}
	if (!S_ISDIR(st.st_mode)) {
		err_set(err, HEAL_REFUSED, "'%.300s' is not a directory", path);
		return -1;
	}
	return private_stat(&st, path, err) ? 1 : -1;
}

int private_folder(const char *path, struct err *err)
{
	int there = is_private(path, err);

	return there == 1 && !above_is_safe(path, err) ? -1 : there;
}

int private_folder_in(const char *outer, const char *path, struct err *err)
{
	int there = private_folder(path, err);

	if (there == 1 && (there = is_private(outer, err)) == 0)
		return err_set(err, HEAL_REFUSED, "'%.300s' was removed", outer), -1;
	return there == 0 && private_folder(outer, err) < 0 ? -1 : there;
}

bool private_folder_make(const char *path, struct err *err)
{
	int there = private_folder(path, err);

	if (there == 0 && above_is_safe(path, err) && dir_make(path, err))
		there = private_folder(path, err);
	return there == 1;
}
