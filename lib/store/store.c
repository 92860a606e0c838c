#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/path.h"
#include "store/internal.h"
#include "store/schema.h"

struct str store_default_path(struct arena *a)
{
	struct str chosen = str_of(getenv("HEAL_STORE"));

	if (chosen.n)
		return chosen;
	struct str dir = dir_state(a);
	return dir.p ? path_join(a, dir, STR("heal.db")) : STR_NONE;
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
	else if (str_starts(name, "postgresql:") || str_starts(name, "postgres:"))
		err_set(err, HEAL_WRONG, "the store must be the name of a file, not a database URL");
	else if (path || mode == DB_READ || dir_make(arena_strdup(&a, path_dir(name)), err))
		out = strndup(name.p, name.n);
	arena_free(&a);
	return out;
}

static struct store *open_as(const char *path, enum db_mode mode, struct err *err)
{
	char *name = path_ready(path, mode, err);

	if (!name)
		return NULL;
	struct store *s = calloc(1, sizeof(*s));
	if (!s)
		out_of_memory();
	s->path = name;
	s->db = db_open(name, mode, err);
	if (s->db && schema_ready(s->db, name, err))
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

void store_close(struct store *s)
{
	if (!s)
		return;
	db_close(s->db);
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
