/* Backups that are old, or too many, thrown away. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "entry.h"
#include "io.h"
#include "path.h"

/* The bytes that an entry's files take. */
static uint64_t size_of(const struct journal *j)
{
	DIR *d = fdopendir(dup(j->dir_fd));
	uint64_t bytes = 0;
	struct stat st;

	for (struct dirent *e; d && (e = readdir(d));)
		if (fstatat(j->dir_fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
			bytes += (uint64_t)st.st_blocks * 512;
	if (d)
		closedir(d);
	return bytes;
}

/* The moment that many days ago, as the entries tell theirs; empty: never. */
static struct str days_ago(struct arena *a, int64_t days)
{
	time_t then = time(NULL) - (time_t)days * 24 * 60 * 60;
	char text[40];
	struct tm tm;

	if (days <= 0 || !gmtime_r(&then, &tm))
		return STR("");
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.000Z", &tm);
	return arena_str(a, str_of(text));
}

/* What 'heal undo' would take back, and what was cut short, is never thrown away. */
static bool is_needed(const struct journal_entry *all, size_t i)
{
	if (!str_is(all[i].state, "applied"))
		return str_is(all[i].state, "prepared");
	for (size_t k = 0; k < i; k++)
		if (str_is(all[k].state, "applied") && str_eq(all[k].root, all[i].root))
			return false;
	return true;
}

static void prune_one(struct str dir, const struct journal_entry *all, size_t i, struct str oldest,
	const struct prune_limits *limits, struct pruned *p)
{
	struct err err;
	struct journal *j = entry_open(dir, all[i].name.p, &err);	/* somebody at work on it: it stays */

	if (!j)
		return;
	uint64_t size = size_of(j);
	bool old = oldest.n && str_cmp(all[i].time, oldest) < 0, much = limits->bytes && p->kept_bytes + size > limits->bytes;
	bool goes = (old || much) && !is_needed(all, i);
	if (goes) {
		entry_remove(j);
		p->removed++;
		p->removed_bytes += size;
	} else {
		p->kept++;
		p->kept_bytes += size;
	}
	entry_close(j);
}

bool journal_prune(const struct prune_limits *limits, struct pruned *p, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct journal_entry *all;
	struct str dir, state = dir_state(&a);
	size_t n;
	int held;
	bool ok = true;

	*p = (struct pruned){ 0 };
	if (!state.p || !is_dir(arena_printf(&a, "%.*s/undo", STR_ARG(state)).p))
		goto out;
	ok = entries_dir(&a, &dir, &held, err);
	if (!ok)
		goto out;
	ok = journal_list(&a, &all, &n, err);
	struct str oldest = days_ago(&a, limits->days);
	for (size_t i = 0; ok && i < n; i++)	/* newest first: those are kept as long as there is room */
		prune_one(dir, all, i, oldest, limits, p);
	close(held);
out:
	arena_free(&a);
	return ok;
}
