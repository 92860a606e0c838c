/* One healing lists the entries several times, for the fixer, the validator and the look back, and to read and parse
 * their manifests takes most of that time.  A manifest is therefore parsed once for a process, and again when the file
 * is another one: each change of an entry writes a new file. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/private_folder.h"
#include "base/vec.h"
#include "journal/journal_entry.h"

#define SETTLED 1.1                            /* seconds: file times may be whole ones */
enum { KEPT_MAX = 4096, BYTES_MAX = 4 << 20 }; /* entries; of all manifests */

struct kept {
	char name[37];
	struct stat st; /* of the manifest when it was read */
	struct journal_entry e;
};

/* Its arena is never reset, because the callers' lists point into it. */
static struct {
	struct arena a;
	struct str dir;
	VEC(struct kept) all;
	size_t bytes;
} cache;

static bool is_same(const struct stat *x, const struct stat *y)
{
	return x->st_dev == y->st_dev && x->st_ino == y->st_ino && x->st_size == y->st_size &&
		x->st_mtim.tv_sec == y->st_mtim.tv_sec && x->st_mtim.tv_nsec == y->st_mtim.tv_nsec &&
		x->st_ctim.tv_sec == y->st_ctim.tv_sec && x->st_ctim.tv_nsec == y->st_ctim.tv_nsec;
}

/* Is it a manifest that would be read: of an entry that only this user can have written? */
static bool manifest_stat(int dir_fd, struct str name, struct stat *st)
{
	char path[64];

	if (name.n != 36)
		return false;
	snprintf(path, sizeof(path), "%.*s", STR_ARG(name));
	if (fstatat(dir_fd, path, st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st->st_mode) ||
		!private_stat(st, path, NULL))
		return false;
	snprintf(path, sizeof(path), "%.*s/manifest.json", STR_ARG(name));
	return fstatat(dir_fd, path, st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st->st_mode) &&
		private_stat(st, path, NULL);
}

static struct kept *find(struct str name)
{
	for (size_t i = 0; i < cache.all.n; i++)
		if (str_is(name, cache.all.at[i].name))
			return &cache.all.at[i];
	return NULL;
}

bool entry_cached(int dir_fd, struct str dir, struct journal_entry *e)
{
	struct kept *k = str_eq(dir, cache.dir) ? find(e->name) : NULL;
	struct stat st;

	if (!k || !manifest_stat(dir_fd, e->name, &st) || !is_same(&st, &k->st))
		return false;
	*e = k->e;
	return true;
}

/* A file that was written a moment ago might be followed by one with the same number, size and times. */
static bool is_settled(const struct stat *st)
{
	struct timespec now;

	return clock_gettime(CLOCK_REALTIME, &now) == 0 &&
		(double)(now.tv_sec - st->st_ctim.tv_sec) + (double)(now.tv_nsec - st->st_ctim.tv_nsec) / 1e9 > SETTLED;
}

struct arena *entry_cache_arena(struct str dir, struct str name)
{
	if (!cache.dir.p)
		cache.dir = arena_str(&cache.a, dir);
	return str_eq(dir, cache.dir) && !find(name) && cache.all.n < KEPT_MAX && cache.bytes < BYTES_MAX ? &cache.a :
													    NULL;
}

void entry_cache_keep(struct journal_entry *e, const struct stat *st)
{
	cache.bytes += (size_t)st->st_size;
	if (!is_settled(st))
		return;
	struct kept *k = VEC_ADD(&cache.a, &cache.all);
	e->name = arena_str(&cache.a, e->name);
	memcpy(k->name, e->name.p, sizeof(k->name) - 1);
	k->name[sizeof(k->name) - 1] = '\0';
	k->st = *st;
	k->e = *e;
}
