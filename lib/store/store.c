#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/path.h"
#include "base/private_folder.h"
#include "base/proc.h"
#include "store/chain.h"
#include "store/internal.h"
#include "store/schema.h"
#include "store/spool.h"

struct str store_default_path(struct arena *a)
{
	struct str chosen = str_of(getenv("HEAL_STORE"));

	if (chosen.n)
		return chosen;
	struct str dir = dir_state(a);
	return dir.p ? path_join(a, dir, STR("heal.db")) : STR_NONE;
}

/* What another user stored would decide what is tried, so the state folder must be this user's own.  A store that is
 * named, with an option or $HEAL_STORE, may be shared. */
static bool folder_ready(struct arena *a, struct str name, enum db_mode mode, struct err *err)
{
	const char *dir = arena_strdup(a, path_dir(name));

	if (str_of(getenv("HEAL_STORE")).n)
		return mode == DB_READ || dir_make(dir, err);
	return mode == DB_READ ? private_folder(dir, err) >= 0 : private_folder_make(dir, err);
}

/* The path to open, owned by the caller.  The directory is created only for the default path: a missing directory in a
 * given path is an error. */
static char *path_ready(const char *path, enum db_mode mode, struct err *err)
{
	struct arena a = ARENA_INIT;
	char *out = NULL;

	struct str name = path ? str_of(path) : store_default_path(&a);
	if (!name.n)
		err_set(err, HEAL_WRONG,
			path ? "the store's path is empty" :
			       "no place for the store: neither $HEAL_STORE, $XDG_STATE_HOME nor $HOME is set");
	else if (db_is_url(name) || path || folder_ready(&a, name, mode, err))
		out = strndup(name.p, name.n);
	arena_free(&a);
	return out;
}

struct str store_shown(struct arena *a, struct str name)
{
	return db_shown(a, name);
}

bool store_has_password(struct str name)
{
	return db_has_password(name);
}

/* ---- a server that cannot be reached ---- */

enum { SEND_AT_ONCE = 1, TRY_AGAIN = 30 }; /* seconds */

/* From now on, records are kept in the spool. */
static bool spool_begin(struct store *s, const struct err *why, struct err *err)
{
	struct err none;
	char reason[sizeof(why->text)];

	snprintf(reason, sizeof(reason), "%s", why->text); /* err may be the same */
	s->tried = seconds_now();
	s->spool = spool_open(str_of(s->path), true, err);
	if (!s->spool)
		return false;
	db_close(s->db);
	s->db = db_open(":memory:", DB_WRITE, &none);
	if (!s->db || !schema_make(s->db, err))
		return false;
	snprintf(s->notice, sizeof(s->notice), "%s; records are kept in '%s' and sent at the next use", reason,
		db_name(s->spool));
	return true;
}

static void spool_sent(struct store *s, int64_t sent, const struct err *err)
{
	if (err->status)
		snprintf(s->notice, sizeof(s->notice), "not all records that waited were sent: %s", err->text);
	else if (sent)
		snprintf(s->notice, sizeof(s->notice), "%lld records that waited for the server were sent",
			(long long)sent);
}

static struct db *server_open(struct store *s, struct err *err)
{
	struct db *db = db_open(s->url, s->mode, err);

	if (db && schema_ready(db, s->path, err))
		return db;
	db_close(db);
	return NULL;
}

static bool url_open(struct store *s, struct err *err)
{
	struct err why = { 0 };
	int64_t sent;

	s->db = server_open(s, &why);
	if (!s->db && (s->mode == DB_READ || why.status != HEAL_REFUSED || !spool_begin(s, &why, err))) {
		if (s->mode == DB_READ || why.status != HEAL_REFUSED)
			*err = why;
		return false;
	}
	if (!s->spool && s->mode == DB_WRITE) {
		spool_send(s, SEND_AT_ONCE, &sent, &why);
		spool_sent(s, sent, &why);
	}
	return true;
}

/* Is the server there again? */
static void server_again(struct store *s)
{
	struct err err = { 0 };
	int64_t sent;

	if (!s->spool || seconds_now() - s->tried < TRY_AGAIN)
		return;
	struct db *db = server_open(s, &err);
	s->tried = seconds_now();
	if (!db)
		return;
	db_close(s->db);
	db_close(s->spool);
	s->db = db;
	s->spool = NULL;
	struct batch waits = s->batch; /* the older ones first */
	s->batch = (struct batch){ .without_nul = true };
	spool_send(s, SEND_AT_ONCE, &sent, &err);
	spool_sent(s, sent, &err);
	batch_release(&s->batch);
	s->batch = waits;
}

const char *store_notice(struct store *s)
{
	static char text[sizeof(s->notice)];

	if (!s || !s->notice[0])
		return NULL;
	snprintf(text, sizeof(text), "%s", s->notice);
	s->notice[0] = '\0';
	return text;
}

bool store_is_away(const struct store *s)
{
	return s->spool != NULL;
}

bool store_send(struct store *s, int64_t *sent, struct err *err)
{
	*sent = 0;
	if (s->spool)
		return err_set(err, HEAL_REFUSED, "the server of the store '%s' cannot be reached", s->path);
	return !s->url || spool_send(s, 1e9, sent, err);
}

int64_t store_spooled(
	const char *name, struct str *file, struct arena *a, store_line_fn *each, void *ctx, struct err *err)
{
	struct str chosen = name ? str_of(name) : store_default_path(a), server = db_shown(a, chosen);
	int64_t n = 0;
	int got = 1;

	*file = STR_NONE;
	*err = (struct err){ 0 };
	if (!db_is_url(chosen))
		return 0;
	*file = spool_path(a, server);
	struct db *db = spool_open(server, false, err);
	struct rows *q = db ? db_query(db, err, "SELECT json FROM spool ORDER BY seq", "") : NULL;
	for (; q && (got = rows_next(q, err)) > 0 && (!each || each(ctx, rows_str(q, 0))); n++)
		;
	rows_end(q);
	db_close(db);
	return err->status || got < 0 ? -1 : n;
}

/* ---- open ---- */

static struct store *open_as(const char *path, enum db_mode mode, struct err *err)
{
	struct arena a = ARENA_INIT;
	char *name = path_ready(path, mode, err);

	if (!name)
		return NULL;
	struct store *s = calloc(1, sizeof(*s));
	if (!s || !(s->path = strdup(arena_strdup(&a, db_shown(&a, str_of(name))))))
		out_of_memory();
	arena_free(&a);
	s->mode = mode;
	s->url = db_is_url(str_of(name)) ? name : NULL;
	s->batch.without_nul = s->written.without_nul = s->url != NULL;
	bool ok = s->url ? url_open(s, err) :
			   (s->db = db_open(name, mode, err)) != NULL && schema_ready(s->db, name, err);
	if (!s->url)
		free(name);
	if (ok)
		return s;
	store_close(s);
	return NULL;
}

struct store *store_open(const char *path, struct err *err)
{
	return open_as(path, DB_WRITE, err);
}

struct store *store_open_read(const char *path, struct err *err)
{
	return open_as(path, DB_READ, err);
}

struct store *store_open_all(const char *path, struct err *err)
{
	struct store *s = store_open(path, err);

	if (!s || !s->spool)
		return s;
	store_close(s);
	return store_open_read(path, err); /* which says why */
}

bool store_upgrade(const char *path, struct err *err)
{
	char *name = path_ready(path, DB_WRITE, err);
	bool is_file = name && !db_is_url(str_of(name));

	free(name);
	struct store *s = is_file ? open_as(path, DB_WRITE, err) : NULL;
	store_close(s);
	return s != NULL;
}

static void head_keep(struct store *s)
{
	chain_keep_head(s->db, s->path);
	s->head_kept = seconds_now();
	s->head_old = false;
}

void store_written(struct store *s)
{
	s->head_old = true;
	if (seconds_now() - s->head_kept > 1)
		head_keep(s);
}

bool store_is_full(const struct store *s)
{
	return s->batch.records.n >= STORE_BATCH || s->batch.bytes >= STORE_BATCH_BYTES;
}

/* The transaction failed: a record that the database does not take must not keep the others out. */
static size_t write_each(struct store *s, struct batch *b, struct err *err)
{
	size_t lost = 0;
	struct err again;

	for (size_t i = 0; i < b->records.n; i++)
		if (!batch_write(b, s->db, i, i + 1, &again) && lost++ == 0)
			*err = again;
	return lost;
}

bool store_write_batch(struct store *s, struct batch *b, size_t *lost, struct err *err)
{
	size_t n = b->records.n;

	*lost = 0;
	if (n && !batch_write(b, s->db, 0, n, err))
		*lost = n == 1 || err->status == HEAL_REFUSED ? n : write_each(s, b, err);
	if (n > *lost)
		store_written(s);
	return *lost == 0;
}

/* `failed` records of b were not written, because of why: keep them for a server that is away. */
static bool write_settle(
	struct store *s, struct batch *b, size_t failed, struct err *why, size_t *lost, struct err *err)
{
	bool ok = failed == 0;

	/* The server may have got them, if the answer was lost: then it ignores them when they are sent again. */
	if (!ok && (s->spool || (s->url && why->status == HEAL_REFUSED && spool_begin(s, why, why)))) {
		failed = b->records.n;
		ok = spool_add(s->spool, b, why);
	}
	batch_reset(b);
	if (lost)
		*lost = ok ? 0 : failed;
	if (!ok && err)
		*err = *why;
	return ok;
}

bool store_write(struct store *s, size_t *lost, struct err *err)
{
	struct err why = { 0 };
	size_t failed = s->batch.records.n;

	server_again(s);
	if (!s->spool)
		store_write_batch(s, &s->batch, &failed, &why);
	return write_settle(s, &s->batch, failed, &why, lost, err);
}

/* ---- writing while others are gathered ---- */

static void *write_thread(void *ctx)
{
	struct store *s = ctx;

	store_write_batch(s, &s->written, &s->lost, &s->why);
	s->done = true;
	return NULL;
}

/* The spool takes records faster than they are read, and store_write looks whether the server is there again. */
bool store_write_begin(struct store *s)
{
	struct batch gathered = s->batch;

	if (s->spool || s->busy)
		return false;
	s->batch = s->written;
	s->written = gathered;
	s->why = (struct err){ 0 };
	s->done = false;
	s->busy = pthread_create(&s->thread, NULL, write_thread, s) == 0;
	if (!s->busy) {
		s->written = s->batch;
		s->batch = gathered;
	}
	return s->busy;
}

bool store_is_writing(const struct store *s)
{
	return s->busy && !s->done;
}

bool store_write_end(struct store *s, size_t *lost, struct err *err)
{
	*lost = 0;
	if (!s->busy)
		return true;
	pthread_join(s->thread, NULL);
	s->busy = false;
	return write_settle(s, &s->written, s->lost, &s->why, lost, err);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	struct err ignored;
	size_t lost;
	store_write_end(s, &lost, &ignored);
	if (s->head_old && !s->spool)
		head_keep(s);
	batch_release(&s->batch);
	batch_release(&s->written);
	db_close(s->db);
	db_close(s->spool);
	free(s->url);
	free(s->path);
	free(s);
}

void store_close_soon(struct store *s)
{
	if (s)
		db_hurry(s->db);
	store_close(s);
}

const char *store_path(const struct store *s)
{
	return s->path;
}
