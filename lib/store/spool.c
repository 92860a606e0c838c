#include "store/spool.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/private_folder.h"
#include "base/proc.h"
#include "base/sha256.h"
#include "store/internal.h"

struct str spool_path(struct arena *a, struct str server)
{
	char hex[SHA256_HEX];
	struct str dir = dir_state(a);

	sha256_of(server, hex);
	return dir.p ? arena_printf(a, "%.*s/spool/%.32s.db", STR_ARG(dir), hex) : STR_NONE;
}

struct db *spool_open(struct str server, bool make, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str path = spool_path(&a, server);
	struct db *db = NULL;

	*err = (struct err){ 0 };
	if (!path.p)
		err_set(err, HEAL_WRONG, "no directory for records: neither $XDG_STATE_HOME nor $HOME is set");
	else if ((make || file_exists(path.p)) && private_folder_make(arena_strdup(&a, path_dir(path)), err) &&
		(db = db_open(path.p, DB_WRITE, err)) &&
		!(db_prepare(db, err) &&
			db_script(db,
				"CREATE TABLE IF NOT EXISTS spool (seq INTEGER PRIMARY KEY AUTOINCREMENT, json TEXT "
				"NOT NULL)",
				err))) {
		db_close(db);
		db = NULL;
	}
	arena_free(&a);
	return db;
}

bool spool_add(struct db *spool, const struct batch *b, struct err *err)
{
	bool ok = db_begin(spool, err);

	if (!ok)
		return false;
	for (size_t i = 0; i < b->records.n && ok; i++)
		ok = db_run(spool, err, "INSERT INTO spool (json) VALUES (?1)", "s", batch_line(b, i));
	if (!ok)
		db_rollback(spool);
	return ok && db_commit(spool, err);
}

/* ---- sending ---- */

/* A lock of its own: SQLite's would make those wait that add records. */
static int sending_lock(struct str path)
{
	struct arena a = ARENA_INIT;
	int fd = open(arena_printf(&a, "%.*s.lock", STR_ARG(path)).p,
		O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

	arena_free(&a);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Gather records from the spool; *last: the number of the last one.  A line that is no record, which only a damaged
 * file contains, is left out. */
static bool piece_gather(struct store *s, struct db *spool, int64_t *last, int64_t *n, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct rows *q = db_query(
		spool, err, "SELECT seq, json FROM spool ORDER BY seq LIMIT ?1", "i", (int64_t)STORE_BATCH);
	int got = q ? 0 : -1;

	*n = 0;
	while (q && (got = rows_next(q, err)) > 0 && !store_is_full(s)) {
		struct record r;
		struct str line = arena_str(&a, rows_str(q, 1));
		if (record_parse(&a, line, &r, err) && !store_gather(s, &r, line, err))
			break;
		*last = rows_int(q, 0);
		++*n;
		arena_reset(&a);
	}
	rows_end(q);
	arena_free(&a);
	return got >= 0;
}

static bool piece_send(struct store *s, struct db *spool, int64_t *n, struct err *err)
{
	int64_t last = 0;
	size_t lost = 0;

	if (!piece_gather(s, spool, &last, n, err))
		return false;
	/* A record that the server does not take would be in the way for ever: it is dropped, and reported. */
	bool ok = *n == 0 || store_write_batch(s, &s->batch, &lost, err);
	batch_reset(&s->batch);
	return (ok || (lost && err->status != HEAL_REFUSED)) &&
		(*n == 0 || db_run(spool, err, "DELETE FROM spool WHERE seq <= ?1", "i", last)) && ok;
}

bool spool_send(struct store *s, double seconds, int64_t *sent, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str path = spool_path(&a, str_of(s->path));
	double end = seconds_now() + seconds;
	int64_t n = 1;
	bool ok = true;

	*sent = 0;
	*err = (struct err){ 0 };
	int lock = path.p && file_exists(path.p) ? sending_lock(path) : -1;
	struct db *spool = lock >= 0 ? spool_open(str_of(s->path), false, err) : NULL;
	while (spool && ok && n > 0 && seconds_now() < end) {
		ok = piece_send(s, spool, &n, err);
		*sent += ok ? n : 0;
	}
	db_close(spool);
	if (lock >= 0)
		close(lock);
	arena_free(&a);
	return ok && err->status == HEAL_OK;
}
