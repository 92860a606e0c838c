/* Delete old backups.
 *
 * Reading all entries takes time, so adding one only updates undo/total, which has the size of all entries and the time
 * when they were last counted.  They are counted again when the size exceeds the limit, and once a day. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "journal/journal_entry.h"

/* The time that many days ago, in the format of the entries; empty: never. */
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

/* Never delete the last fix of a project or an interrupted entry. */
static bool is_needed(const struct journal_entry *all, size_t i)
{
	if (!str_is(all[i].state, "applied"))
		return !str_is(all[i].state, "undone");
	for (size_t k = 0; k < i; k++)
		if (str_is(all[k].state, "applied") && str_eq(all[k].root, all[i].root))
			return false;
	return true;
}

static void prune_one(struct str dir, const struct journal_entry *all, size_t i, struct str oldest,
	const struct prune_limits *limits, struct pruned *p)
{
	struct err err;
	struct journal *j = entry_open(dir, all[i].name.p, NULL, &err); /* in use: keep it */

	if (!j)
		return;
	uint64_t size = entry_size(j);
	bool old = oldest.n && str_cmp(all[i].time, oldest) < 0,
	     much = limits->bytes && p->kept_bytes + size > limits->bytes;
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

/* ---- total size ---- */

enum { DAY = 24 * 60 * 60 };

struct total {
	uint64_t bytes;
	int64_t counted;
};

static const char *total_path(struct arena *a, struct str dir)
{
	return arena_printf(a, "%.*s/total", STR_ARG(dir)).p;
}

static bool total_read(struct arena *a, struct str dir, struct total *t)
{
	struct str text;
	char *end;

	if (!file_read(a, total_path(a, dir), 100, &text, NULL))
		return false;
	t->bytes = strtoull(text.p, &end, 10);
	t->counted = strtoll(end, NULL, 10);
	return t->counted > 0;
}

/* Not synced: if it is lost, the entries are counted again. */
static void total_write(struct arena *a, struct str dir, const struct total *t)
{
	int fd = open(total_path(a, dir), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct str text = arena_printf(a, "%llu %lld\n", (unsigned long long)t->bytes, (long long)t->counted);

	if (fd < 0)
		return;
	fd_rewrite(fd, text);
	close(fd);
}

bool journal_prune(const struct prune_limits *limits, struct pruned *p, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct journal_entry *all;
	struct str dir;
	size_t n;
	int held, there = entries_dir_there(&a, &dir, err);
	bool ok = there == 0;

	*p = (struct pruned){ 0 };
	if (there != 1)
		goto out;
	ok = entries_dir(&a, &dir, &held, err);
	if (!ok)
		goto out;
	ok = journal_list(&a, STR_NONE, &all, &n, err);
	struct str oldest = days_ago(&a, limits->days);
	for (size_t i = 0; ok && i < n; i++) /* newest first: keep them while they fit */
		prune_one(dir, all, i, oldest, limits, p);
	if (ok)
		total_write(&a, dir, &(struct total){ p->kept_bytes, time(NULL) });
	settled_write(&a, dir);
	close(held);
out:
	arena_free(&a);
	return ok;
}

bool journal_prune_after(const struct prune_limits *limits, struct str name, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct total t = { 0 };
	struct pruned p;
	struct str dir;
	int held;
	time_t now = time(NULL);

	if (!entries_dir(&a, &dir, &held, err)) {
		arena_free(&a);
		return false;
	}
	bool known = total_read(&a, dir, &t) && t.counted <= now && now - t.counted < DAY;
	struct journal *j = known ? entry_open(dir, name.p, NULL, NULL) : NULL;
	if (j) {
		t.bytes += entry_size(j);
		total_write(&a, dir, &t);
	}
	entry_close(j);
	settled_write(&a, dir);
	close(held);
	arena_free(&a);
	return (known && (!limits->bytes || t.bytes <= limits->bytes)) || journal_prune(limits, &p, err);
}
