#include "sandbox/copy_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/temporary_folder.h"

enum { CHUNK = 8 << 20, BLOCK = 64 << 10, DEPTH_MAX = 200 /* two descriptors per level */, OVERLAYS_MAX = 64 };

/* One call. */
struct copying {
	const struct copy_source *source;
	struct copy_budget *left;
	struct err *err;
	struct buf path;      /* of the present entry, relative */
	struct arena scratch; /* of the present entry */
	bool shallow;         /* without subdirectories */
};

static bool fail(struct copying *c, const char *what)
{
	char shown[400];

	return err_errno(c->err, HEAL_REFUSED, "cannot copy the project: %s '%s'", what,
		visible(buf_str(&c->path), shown, sizeof(shown)));
}

static bool too_much(struct copying *c, const char *what)
{
	return err_set(c->err, HEAL_REFUSED, "the project is too large to copy: %s", what);
}

static bool too_many_bytes(struct copying *c)
{
	return err_set(c->err, HEAL_REFUSED,
		"the project is too large to copy: it has more than %llu MB; the setting trial.max_mb allows more",
		(unsigned long long)(c->left->limit >> 20));
}

static bool in_time(struct copying *c)
{
	return seconds_now() < c->left->until || too_much(c, "it takes too long");
}

static bool charge(struct copying *c, uint64_t n)
{
	if (n > c->left->bytes)
		return too_many_bytes(c);
	c->left->bytes -= n;
	return in_time(c);
}

/* --- contents --- */

/* Copy the file without its holes. */
static uint64_t data_of(const struct stat *st)
{
	uint64_t blocks = (uint64_t)st->st_blocks * 512, size = (uint64_t)st->st_size;

	return blocks < size ? blocks : size;
}

static ssize_t copy_by_hand(int in, int out, off_t at, size_t n)
{
	char block[BLOCK];
	ssize_t got = pread(in, block, n < sizeof(block) ? n : sizeof(block), at);

	if (got > 0 && (lseek(out, at, SEEK_SET) < 0 || !fd_write(out, (struct str){ block, (size_t)got })))
		return -1;
	return got;
}

/* Copy a range; stop at the end if the file was truncated meanwhile. */
static bool copy_part(struct copying *c, int in, int out, off_t from, off_t to)
{
	bool by_kernel = true;

	while (from < to) {
		size_t n = to - from < CHUNK ? (size_t)(to - from) : CHUNK;
		loff_t i = from, o = from;
		ssize_t got = by_kernel ? copy_file_range(in, &i, out, &o, n, 0) : copy_by_hand(in, out, from, n);
		if (got <= 0 && by_kernel) { /* other file systems, old kernels, generated files as in /proc */
			by_kernel = false;
			continue;
		}
		if (got < 0)
			return fail(c, "cannot copy");
		if (got == 0)
			break;
		if (c->left->space < (uint64_t)got)
			return too_much(c, "too little space in the directory for temporary files");
		c->left->space -= (uint64_t)got;
		if (!charge(c, (uint64_t)got))
			return false;
		from += got;
	}
	return true;
}

static bool copy_contents(struct copying *c, int in, int out, const struct stat *st)
{
	off_t at = 0, size = st->st_size;

	if (size == 0)
		return true;
	/* A clone takes no room until it is written to. */
	if (ioctl(out, FICLONE, in) == 0)
		return in_time(c);
	if (data_of(st) > c->left->bytes)
		return too_many_bytes(c);
	while (at < size) {
		off_t data = lseek(in, at, SEEK_DATA), hole;
		if (data < 0 && errno == ENXIO) /* a hole to the end */
			break;
		if (data < 0)
			data = at;
		hole = lseek(in, data, SEEK_HOLE);
		if (hole < 0 || hole > size)
			hole = size;
		if (hole <= data)
			break;
		if (!copy_part(c, in, out, data, hole))
			return false;
		at = hole;
	}
	return ftruncate(out, size) == 0 || fail(c, "cannot copy");
}

/* --- entries --- */

static int file_open(int at, const char *name, struct stat *st)
{
	/* NONBLOCK: the file may have been replaced by a FIFO. */
	int fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0 && (fstat(fd, st) < 0 || !S_ISREG(st->st_mode))) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

static mode_t mode_of(const struct copying *c, mode_t mode)
{
	if (!c->source->subset)
		return mode & 07777;
	return (mode & 0777) | (S_ISDIR(mode) ? 0700 : 0600);
}

/* Owner before mode, because chown clears the setuid bit. */
static bool keep_attributes(struct copying *c, int fd, const struct stat *st)
{
	struct timespec times[2] = { st->st_atim, st->st_mtim };

	if (geteuid() == 0 && fchown(fd, st->st_uid, st->st_gid) < 0 && errno != EPERM && errno != EINVAL)
		return fail(c, "cannot set the owner of");
	if (fchmod(fd, mode_of(c, st->st_mode)) < 0 || futimens(fd, times) < 0)
		return fail(c, "cannot set mode and times of");
	return true;
}

/* Was it deleted or replaced after the directory was read?  Then skip it. */
static bool is_gone(int why)
{
	return why == ENOENT || why == ELOOP || why == ENOTDIR || why == EINVAL || why == ENXIO;
}

static bool not_opened(struct copying *c, int why)
{
	/* Or skip it because it is not readable. */
	return is_gone(why) || why == EACCES || why == EPERM || fail(c, "cannot open");
}

static bool copy_file(struct copying *c, int from, int to, const char *name)
{
	struct stat st;
	int in = file_open(from, name, &st), out;

	if (in < 0)
		return not_opened(c, errno);
	out = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool there = out < 0 && errno == EEXIST && c->shallow; /* from an earlier call */
	bool good = out >= 0 || there || fail(c, "cannot create");
	good = good && (there || (copy_contents(c, in, out, &st) && keep_attributes(c, out, &st)));
	if (out >= 0 && close(out) < 0 && good)
		good = fail(c, "cannot write");
	close(in);
	return good;
}

static bool copy_link(struct copying *c, int from, int to, const char *name, const struct stat *st)
{
	struct timespec times[2] = { st->st_atim, st->st_mtim };
	char target[PATH_MAX];
	ssize_t n = readlinkat(from, name, target, sizeof(target));

	if (n < 0)
		return not_opened(c, errno);
	struct str dir = str_of(""), path = buf_str(&c->path);
	if (str_rchr(path, '/') < path.n)
		dir = str_sub(path, 0, str_rchr(path, '/'));
	struct str lead = link_target(&c->scratch, &c->source->names, dir, (struct str){ target, (size_t)n });
	if (symlinkat(arena_strdup(&c->scratch, lead), to, name) < 0)
		return fail(c, "cannot create");
	utimensat(to, name, times, AT_SYMLINK_NOFOLLOW);
	if (geteuid() == 0) /* the owner of a link is not important: ignore errors */
		(void)!fchownat(to, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW);
	return true;
}

static bool copy_dir(struct copying *c, int from, int to, int depth);

/* A directory that is not entered is created empty. */
static bool copy_outline(struct copying *c, int to, const char *name, const struct stat *st, int why)
{
	if (why != EXDEV && !not_opened(c, why))
		return false;
	if (is_gone(why))
		return true;
	if (mkdirat(to, name, 0700) < 0)
		return fail(c, "cannot create");
	fchmodat(to, name, mode_of(c, st->st_mode), 0);
	return true;
}

static bool is_overlaid(struct copying *c, struct str path)
{
	const struct copy_source *s = c->source;

	if (!s->left_out || s->left_out->all.n >= OVERLAYS_MAX || !overlay_can_show(path) ||
		!overlay_can_show(s->names.root))
		return false;
	for (uint32_t i = 0; i < node_list_count(s->overlaid); i++) {
		struct str name = node_str(node_list_at(s->overlaid, i));
		size_t above = path.n < name.n ? 0 : path.n - name.n;
		if (str_eq(str_sub(path, above, path.n), name) && (above == 0 || path.p[above - 1] == '/'))
			return true;
	}
	return false;
}

static bool leave_out(struct copying *c, int from, int to, const char *name, const struct stat *st)
{
	int in = dir_open_inside(from, name);

	if (in < 0)
		return copy_outline(c, to, name, st, errno);
	close(in);
	if (mkdirat(to, name, 0700) < 0)
		return fail(c, "cannot create");
	*VEC_ADD(c->source->a, &c->source->left_out->all) = arena_str(c->source->a, buf_str(&c->path));
	return true;
}

static bool copy_subdir(struct copying *c, int from, int to, const char *name, const struct stat *st, int depth)
{
	struct stat now;

	if (temporary_folder_is_one(name))
		return true;
	if (is_overlaid(c, buf_str(&c->path)))
		return leave_out(c, from, to, name, st);
	if (depth >= DEPTH_MAX)
		return too_much(c, "its directories are nested too deeply");
	int in = dir_open_inside(from, name);
	if (in < 0)
		return copy_outline(c, to, name, st, errno);
	int out = mkdirat(to, name, 0700) < 0 ? -1 : openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (out < 0 || fstat(in, &now) < 0) {
		fail(c, "cannot create");
		close(in);
		if (out >= 0)
			close(out);
		return false;
	}
	bool good = copy_dir(c, in, out, depth + 1);
	good = good && keep_attributes(c, out, &now); /* last, because copying changed its time */
	close(out);
	return good;
}

/* Of a subset: true if it is not copied.  If it cannot be linked it is missing, which the tool will report. */
static bool is_passed_over(struct copying *c, int to, const char *name, const struct stat *st)
{
	const struct sandbox_subset *subset = c->source->subset;

	if (!subset)
		return false;
	struct str treatment = node_str(node_get(subset->entries, name));
	if (str_is(treatment, "linked")) {
		struct str original = path_join(&c->scratch, c->source->names.root, buf_str(&c->path));
		if (S_ISDIR(st->st_mode))
			(void)!symlinkat(arena_strdup(&c->scratch, original), to, name);
		return true;
	}
	return S_ISLNK(st->st_mode) || (S_ISDIR(st->st_mode) && c->shallow) || str_is(treatment, "omitted");
}

static bool copy_entry(struct copying *c, int from, int to, const char *name, int depth)
{
	struct stat st;

	if (!in_time(c))
		return false;
	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return not_opened(c, errno);
	if (is_passed_over(c, to, name, &st))
		return true;
	if (c->left->files == 0)
		return too_much(c, "too many files");
	c->left->files--;
	if (S_ISREG(st.st_mode))
		return copy_file(c, from, to, name);
	if (S_ISDIR(st.st_mode))
		return copy_subdir(c, from, to, name, &st, depth);
	if (S_ISLNK(st.st_mode))
		return copy_link(c, from, to, name, &st);
	return true; /* sockets, FIFOs, devices */
}

/* `from` is closed. */
static bool copy_dir(struct copying *c, int from, int to, int depth)
{
	DIR *dir = fdopendir(from);
	struct dirent *entry;
	bool good = true;

	if (!dir) {
		close(from);
		return fail(c, "cannot read");
	}
	while (good && (errno = 0, entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		size_t n = c->path.n;
		if (n)
			buf_addc(&c->path, '/');
		buf_addz(&c->path, entry->d_name);
		good = copy_entry(c, dirfd(dir), to, entry->d_name, depth);
		c->path.n = n;
		arena_reset(&c->scratch);
	}
	if (good && errno)
		good = fail(c, "cannot read");
	closedir(dir);
	return good;
}

static bool copy_from(struct copying *c, struct str below, int from, int to)
{
	int again = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	buf_init(&c->path, 1 << 20);
	if (!str_is(below, "."))
		buf_add(&c->path, below);
	bool good = again >= 0 || fail(c, "cannot read");
	good = good && copy_dir(c, again, to, 0);
	buf_release(&c->path);
	arena_free(&c->scratch);
	return good;
}

void copy_budget_begin(struct copy_budget *b, const struct sandbox_limits *limits, int to)
{
	struct statvfs room;

	b->bytes = b->limit = limits->bytes;
	b->files = limits->files ? limits->files : 200000;
	b->until = seconds_now() + (limits->seconds > 0 ? limits->seconds : 30);
	b->space = fstatvfs(to, &room) == 0 ? (uint64_t)room.f_bavail * room.f_frsize / 2 : b->bytes;
}

bool copy_tree(const struct copy_source *source, struct copy_budget *left, int from, int to, struct err *err)
{
	struct copying c = { .source = source, .left = left, .err = err, .scratch = ARENA_INIT };
	struct stat st;

	if (fstat(from, &st) < 0)
		return err_errno(err, HEAL_REFUSED, "cannot copy the project");
	return copy_from(&c, STR("."), from, to) && keep_attributes(&c, to, &st);
}

bool copy_files(
	const struct copy_source *source, struct copy_budget *left, struct str dir, int from, int to, struct err *err)
{
	struct copying c = { .source = source, .left = left, .err = err, .scratch = ARENA_INIT, .shallow = true };

	return copy_from(&c, dir, from, to);
}
