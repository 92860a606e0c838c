/* The key of the tags: 32 random bytes in the state directory, readable by the owner alone. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/private_folder.h"
#include "base/sha256.h"
#include "redact/patterns.h"

enum { KEY = 32, BLOCK = 64 };

static bool key_read(const char *path, char key[KEY])
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
		!(st.st_mode & 077) && read(fd, key, KEY) == KEY;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Complete under another name before it gets its own, because other processes may read it at any time; link() does not
 * replace a key that one of them made meanwhile. */
static void key_make(struct arena *a, const char *path)
{
	char key[KEY];
	struct str temporary = arena_printf(a, "%s.%ld", path, (long)getpid());

	if (getrandom(key, KEY, 0) != KEY)
		return;
	unlink(temporary.p);
	int fd = open(temporary.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return;
	bool ok = fd_write(fd, (struct str){ key, KEY }) && fsync(fd) == 0;
	close(fd);
	if (ok)
		ok = link(temporary.p, path) == 0;
	unlink(temporary.p);
	(void)ok;
}

struct str tag_key(void)
{
	static char key[KEY];
	static enum { UNKNOWN, PRESENT, ABSENT } state;
	struct arena a = ARENA_INIT;

	if (state == UNKNOWN) {
		struct str dir = dir_state(&a);
		struct str path = dir.p ? arena_printf(&a, "%.*s/redact.key", STR_ARG(dir)) : STR_NONE;
		bool ok = path.p && key_read(path.p, key);
		if (path.p && !ok && private_folder_make(arena_strdup(&a, dir), NULL)) {
			key_make(&a, path.p);
			ok = key_read(path.p, key);
		}
		state = ok ? PRESENT : ABSENT;
		arena_free(&a);
	}
	return state == PRESENT ? (struct str){ key, KEY } : STR_NONE;
}

static void pad_add(struct sha256 *s, struct str key, unsigned char with)
{
	char block[BLOCK];

	memset(block, with, BLOCK);
	for (size_t i = 0; i < key.n && i < BLOCK; i++)
		block[i] = (char)(key.p[i] ^ with);
	sha256_add(s, (struct str){ block, BLOCK });
}

static int digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

void tag_of(struct str key, struct str secret, char out[TAG_LENGTH + 1])
{
	char hex[SHA256_HEX], inner[32];
	struct sha256 s;

	sha256_begin(&s);
	pad_add(&s, key, 0x36);
	sha256_add(&s, secret);
	sha256_end(&s, hex);
	for (size_t i = 0; i < sizeof(inner); i++)
		inner[i] = (char)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
	sha256_begin(&s);
	pad_add(&s, key, 0x5c);
	sha256_add(&s, (struct str){ inner, sizeof(inner) });
	sha256_end(&s, hex);
	memcpy(out, hex, TAG_LENGTH);
	out[TAG_LENGTH] = '\0';
}
