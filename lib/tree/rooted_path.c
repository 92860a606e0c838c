#include "tree/rooted_path.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"

bool tree_open(struct arena *a, struct tree *t, const char *root, struct err *err)
{
	char real[PATH_MAX];

	*t = (struct tree){ .fd = -1 };
	if (!realpath(root, real))
		return err_errno(err, HEAL_WRONG, "cannot find the project directory '%s'", root);
	t->path = arena_str(a, str_of(real));
	t->fd = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (t->fd < 0)
		return err_errno(err, HEAL_REFUSED, "cannot open the project directory '%s'", real);
	return true;
}

void tree_close(struct tree *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}

bool tree_name(struct arena *a, const struct tree *t, struct str path, struct str *name, struct err *err)
{
	char shown[160];
	struct str rest = path, part, normal = STR("");

	visible(path, shown, sizeof(shown));
	if (path.n == 0 || path.n >= PATH_MAX || str_has_control(path))
		return err_set(err, HEAL_WRONG, "'%s' is not a file name", shown);
	if (path_is_absolute(path)) {
		rest = path_below(path, t->path);
		if (!rest.p)
			return err_set(err, HEAL_WRONG, "'%s' is outside the project", shown);
	}
	while (str_split(&rest, '/', &part)) {
		if (part.n == 0 || str_is(part, "."))
			continue;
		if (str_is(part, ".."))
			return err_set(err, HEAL_WRONG, "'%s' contains '..'", shown);
		if (part.n > NAME_MAX)
			return err_set(err, HEAL_WRONG, "'%s' is too long", shown);
		normal = normal.n ? arena_printf(a, "%.*s/%.*s", STR_ARG(normal), STR_ARG(part)) : part;
	}
	if (normal.n == 0 || str_ends(path, "/"))
		return err_set(err, HEAL_WRONG, "'%s' is a directory", shown);
	*name = arena_str(a, normal);
	return true;
}

/* Is path below dir, or dir itself?  Both may be absent. */
static bool is_below(struct arena *a, struct str path, struct str dir)
{
	char real[PATH_MAX];

	if (!dir.p)
		return false;
	return path_below(path, path_normal(a, dir)).p || (realpath(dir.p, real) && path_below(path, str_of(real)).p);
}

/* Bytes of the code point at p that HFS+ leaves out of names: U+200C to U+200F, U+202A to U+202E, U+206A to U+206F,
 * U+FEFF; 0: another one. */
static size_t ignored(const unsigned char *p, size_t n)
{
	if (n < 3)
		return 0;
	bool general = p[0] == 0xe2 &&
		((p[1] == 0x80 && ((p[2] >= 0x8c && p[2] <= 0x8f) || (p[2] >= 0xaa && p[2] <= 0xae))) ||
			(p[1] == 0x81 && p[2] >= 0xaa && p[2] <= 0xaf));
	return general || (p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf) ? 3 : 0;
}

/* Does a file system for which names differ less than here, such as a mounted one of Windows or macOS, take the name
 * for `own`: in other case, with dots, blanks or a stream at the end, as its short name, with code points left out? */
static bool is_taken_for(struct str name, const char *own)
{
	char seen[16];
	size_t n = 0, skip;

	for (size_t i = 0; i < name.n && name.p[i] != ':' && n < sizeof(seen); i += skip ? skip : 1) {
		skip = ignored((const unsigned char *)name.p + i, name.n - i);
		if (!skip)
			seen[n++] = name.p[i];
	}
	while (n > 0 && (seen[n - 1] == '.' || seen[n - 1] == ' '))
		n--;
	struct str plain = { seen, n }, shorter = str_of(own + 1);
	return str_is_nocase(plain, own) ||
		(n == shorter.n + 2 && plain.p[n - 2] == '~' && isdigit((unsigned char)plain.p[n - 1]) &&
			str_is_nocase(str_sub(plain, 0, shorter.n), shorter.p));
}

bool tree_is_own(struct arena *a, const struct tree *t, struct str name)
{
	struct str rest = name, part, full = path_normal(a, path_join(a, t->path, name));

	while (str_split(&rest, '/', &part))
		if (is_taken_for(part, ".git") || is_taken_for(part, ".heal"))
			return true;
	return is_below(a, full, dir_state(a)) || is_below(a, full, dir_config(a)) || is_below(a, full, dir_cache(a)) ||
		is_below(a, full, dir_data(a));
}

/* Without openat2: open each component without following symlinks. */
static int walk(int at, const char *name, int flags, mode_t mode)
{
	char part[NAME_MAX + 1];
	int fd = dup(at);

	while (fd >= 0) {
		const char *slash = strchr(name, '/');
		size_t n = slash ? (size_t)(slash - name) : strlen(name);
		if (n > NAME_MAX) {
			close(fd);
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(part, name, n);
		part[n] = '\0';
		int next = slash ? openat(fd, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) :
				   openat(fd, part, flags | O_NOFOLLOW | O_CLOEXEC, mode);
		int why = errno;
		close(fd);
		errno = why;
		fd = next;
		if (!slash)
			break;
		name = slash + 1;
	}
	return fd;
}

static int open_below(const struct tree *t, const char *name, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC | O_NOFOLLOW),
		.mode = flags & O_CREAT ? mode : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	if (!t->no_openat2) {
		int fd, tries = 0;
		do /* EAGAIN: a concurrent rename */
			fd = (int)syscall(__NR_openat2, t->fd, name, &how, sizeof(how));
		while (fd < 0 && (errno == EAGAIN || errno == EINTR) && tries++ < 100);
		/* EPERM: a seccomp filter that does not know the call */
		if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
			return fd;
	}
	return walk(t->fd, name, flags, mode);
}

static int explain(struct str name, struct err *err)
{
	char shown[200];
	int why = errno;

	visible(name, shown, sizeof(shown));
	if (why == ELOOP || why == EXDEV || why == ENOTDIR)
		err_set(err, HEAL_WRONG, "'%s' passes through a symlink or leaves the project", shown);
	else
		err_errno(err, why == ENOENT || why == EEXIST ? HEAL_WRONG : HEAL_REFUSED, "cannot open '%s'", shown);
	errno = why;
	return -1;
}

int tree_file(const struct tree *t, struct str name, int flags, mode_t mode, struct err *err)
{
	int fd = open_below(t, name.p, flags, mode);

	return fd < 0 ? explain(name, err) : fd;
}

int tree_dir(struct arena *a, const struct tree *t, struct str name, const char **base, struct err *err)
{
	const char *dir = arena_strdup(a, path_dir(name));
	int fd = open_below(t, dir, O_RDONLY | O_DIRECTORY, 0);

	*base = arena_strdup(a, path_base(name));
	return fd < 0 ? explain(name, err) : fd;
}

const char *tree_cwd(struct arena *a, const struct tree *t, struct str dir, int *fd, struct err *err)
{
	struct str name = dir.n ? dir : STR(".");

	*fd = open_below(t, arena_strdup(a, name), O_RDONLY | O_DIRECTORY, 0);
	if (*fd >= 0)
		return arena_printf(a, "/proc/self/fd/%d", *fd).p;
	explain(name, err);
	return NULL;
}

int tree_stat(struct arena *a, const struct tree *t, struct str name, struct stat *st, struct err *err)
{
	const char *base;
	int fd = tree_dir(a, t, name, &base, err);

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	int got = fstatat(fd, base, st, AT_SYMLINK_NOFOLLOW), why = errno;
	close(fd);
	errno = why;
	if (got == 0)
		return 1;
	return why == ENOENT ? 0 : explain(name, err);
}

static bool may_edit(int fd, struct str name, const struct stat *st, struct err *err)
{
	const char *why = NULL;

	if (!S_ISREG(st->st_mode))
		why = "is not a regular file";
	else if (st->st_mode & (S_ISUID | S_ISGID) || fgetxattr(fd, "security.capability", NULL, 0) > 0)
		why = "is setuid or setgid, or has capabilities";
	else if (st->st_size > FILE_MAX)
		why = "is too large";
	return !why || err_set(err, HEAL_WRONG, "'%.*s' %s", STR_ARG(name), why);
}

bool tree_read(
	struct arena *a, const struct tree *t, struct str name, struct str *content, struct stat *st, struct err *err)
{
	struct err why;
	int fd = tree_file(t, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, err);

	if (fd < 0)
		return false;
	bool ok = fstat(fd, st) == 0 || err_errno(err, HEAL_REFUSED, "cannot read '%.*s'", STR_ARG(name));
	ok = ok && may_edit(fd, name, st, err);
	if (ok && !fd_read(a, fd, FILE_MAX, content, &why))
		ok = err_set(err, why.status, "'%.*s': %s", STR_ARG(name), why.text);
	close(fd);
	return ok;
}

static void dirs_add(struct arena *a, struct dirs_above *dirs, struct str dir)
{
	if (str_among(dirs->at, dirs->n, dir))
		return;
	if (dirs->n == dirs->room) {
		size_t room = dirs->room ? dirs->room * 2 : 8;
		dirs->at = arena_grow(a, dirs->at, dirs->room * sizeof(*dirs->at), room * sizeof(*dirs->at));
		dirs->room = room;
	}
	dirs->at[dirs->n++] = dir;
}

bool tree_missing_dirs(
	struct arena *a, const struct tree *t, struct str name, struct dirs_above *missing, struct err *err)
{
	bool exists = true;

	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] != '/')
			continue;
		struct str dir = arena_str(a, str_sub(name, 0, i));
		struct stat st;
		int there = exists ? tree_stat(a, t, dir, &st, err) : 0;
		if (there < 0)
			return false;
		exists = there;
		if (!exists)
			dirs_add(a, missing, dir);
	}
	return true;
}

bool tree_make_dirs(struct arena *a, const struct tree *t, struct str name, struct dirs_above *made, struct err *err)
{
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] != '/')
			continue;
		struct str dir = arena_str(a, str_sub(name, 0, i));
		const char *base;
		int fd = tree_dir(a, t, dir, &base, err);
		if (fd < 0)
			return false;
		int did = mkdirat(fd, base, 0777), why = errno;
		close(fd);
		errno = why;
		if (did < 0 && why != EEXIST)
			return err_errno(err, HEAL_REFUSED, "cannot create directory '%s'", dir.p);
		if (did == 0)
			dirs_add(a, made, dir);
	}
	return true;
}
