#include "loop/log_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "store/report.h"

enum { CHANGELOG_MAX = 256 << 20 };

/* The directory, made if missing; p == NULL: none, or err is set. */
static struct str directory(struct arena *a, const struct config *config, const char *cwd, struct err *err)
{
	struct str set = config_str(config, "log.directory");

	err->status = HEAL_OK;
	if (!set.n || !config_bool(config, "log.to_file"))
		return STR_NONE;
	struct str dir = path_join(a, str_of(cwd), set);
	return dir_make(arena_strdup(a, dir), err) ? dir : STR_NONE;
}

FILE *log_file_open(const struct config *config, const char *cwd, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str dir = directory(&a, config, cwd, err);
	const char *name = dir.p ? arena_printf(&a, "%.*s/heal.log", STR_ARG(dir)).p : NULL;
	int fd = name ?
		open(name, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600) :
		-1;
	struct stat st;
	FILE *out = NULL;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		out = fdopen(fd, "a");
	if (name && !out) {
		err_errno(err, HEAL_REFUSED, "cannot write '%s'", name);
		if (fd >= 0)
			close(fd);
	}
	arena_free(&a);
	return out;
}

struct changelog {
	struct buf out;
	struct arena row;
	bool any;
};

static bool entry(void *ctx, const struct store_event *e)
{
	struct changelog *c = ctx;

	if (!c->any)
		report_changelog_begin(&c->out, e->time);
	report_changelog_entry(&c->out, &c->row, e, !c->any);
	c->any = true;
	arena_reset(&c->row);
	return !c->out.truncated;
}

bool changelog_write(const struct config *config, const char *cwd, struct store *store, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct changelog c = { .row = ARENA_INIT };
	struct store_filter all = { 0 };
	struct str dir = directory(&a, config, cwd, err), name = config_str(config, "log.changelog");
	bool ok = err->status == HEAL_OK;

	if (dir.p && name.n && store) {
		buf_init(&c.out, CHANGELOG_MAX);
		ok = store_events(store, STR_NONE, &all, entry, &c, err);
		if (!c.any)
			report_changelog_begin(&c.out, time_text(&a));
		report_changelog_end(&c.out, !c.any);
		ok = ok && (!c.out.truncated || err_set(err, HEAL_WRONG, "the changelog is too large"));
		ok = ok &&
			file_replace(arena_strdup(&a, path_join(&a, dir, path_base(name))), buf_str(&c.out), 0600, err);
		buf_release(&c.out);
	}
	arena_free(&c.row);
	arena_free(&a);
	return ok;
}
