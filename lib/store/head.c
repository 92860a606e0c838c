/* The last hash of the chain, in a file of the state directory: heads/<hash of the store's path>, "SEQ HASH PATH\n". */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "store/chain.h"
#include "store/chain_internal.h"

enum { HEAD_MAX = 8192 };

static struct str place(struct arena *a, const char *store, struct str *path)
{
	char hex[SHA256_HEX], *real = realpath(store, NULL);
	struct str dir = dir_state(a);

	*path = arena_str(a, str_of(real ? real : store));
	free(real);
	sha256_of(*path, hex);
	return dir.p ? arena_printf(a, "%.*s/heads/%.32s", STR_ARG(dir), hex) : STR_NONE;
}

static bool parse(struct str text, struct chain_head *head)
{
	struct str seq, hash;

	if (!str_split(&text, ' ', &seq) || !str_number(seq, &head->seq) || !str_split(&text, ' ', &hash) ||
		hash.n != SHA256_HEX - 1)
		return false;
	memcpy(head->hash, hash.p, hash.n);
	head->hash[hash.n] = '\0';
	return true;
}

bool head_read(const char *store, struct chain_head *head)
{
	struct arena a = ARENA_INIT;
	struct str path, file = place(&a, store, &path), text;

	*head = (struct chain_head){ 0 };
	bool ok = file.p && file_read(&a, file.p, HEAD_MAX, &text, NULL) && parse(text, head);
	arena_free(&a);
	return ok;
}

/* A head that the chain does not contain any more is evidence, and stays. */
static bool continues(struct db *db, const struct chain_head *before)
{
	struct rows *q = db_query(db, NULL, "SELECT hash FROM chain WHERE seq = ?1", "i", before->seq);
	bool same = q && rows_next(q, NULL) > 0 && str_is(rows_str(q, 0), before->hash);

	rows_end(q);
	return same;
}

/* One write at the same place, of nearly the same length: a reader sees the old or the new head. */
static void replace(struct db *db, struct arena *a, int fd, const struct chain_head *head, struct str path)
{
	char old[HEAD_MAX];
	struct chain_head before;
	ssize_t n = pread(fd, old, sizeof(old), 0);

	if (n > 0 && parse((struct str){ old, (size_t)n }, &before) &&
		(before.seq >= head->seq || !continues(db, &before)))
		return;
	struct str line = arena_printf(a, "%" PRId64 " %s %.*s\n", head->seq, head->hash, STR_ARG(path));
	(void)!pwrite(fd, line.p, line.n, 0);
}

void chain_keep_head(struct db *db, const char *store)
{
	struct arena a = ARENA_INIT;
	struct chain_head head;
	struct str path, file = place(&a, store, &path);

	if (!file.p || !chain_last(db, &head, NULL) || !head.seq || !dir_make(arena_strdup(&a, path_dir(file)), NULL))
		goto out;
	int fd = open(file.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (fd < 0)
		goto out;
	if (flock(fd, LOCK_EX) == 0)
		replace(db, &a, fd, &head, path);
	close(fd);
out:
	arena_free(&a);
}
