#include "detect/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own_program.h"
#include "base/private_folder.h"
#include "base/proc.h"
#include "detect/archive_members.h"
#include "detect/folder.h"

enum { BLOCK = 128 * 1024, MAGIC = 8, PIPE_SIZE = 1 << 20 };

/* First bytes of files for heal-open: gzip, compress, bzip2, xz, zstd, lz4, lzip, zip. */
static const struct {
	const char *bytes;
	size_t n;
} packed[] = {
	{ "\x1f\x8b", 2 },
	{ "\x1f\x9d", 2 },
	{ "BZh", 3 },
	{ "\xfd"
	  "7zXZ",
		5 },
	{ "\x28\xb5\x2f\xfd", 4 },
	{ "\x04\x22\x4d\x18", 4 },
	{ "LZIP\x01", 5 },
	{ "PK\x03\x04", 4 },
};

bool is_packed(struct str head)
{
	for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++)
		if (head.n >= packed[i].n && memcmp(head.p, packed[i].bytes, packed[i].n) == 0)
			return true;
	return head.n > 262 && memcmp(head.p + 257, "ustar", 5) == 0;
}

bool is_binary(struct str head)
{
	bool wide = head.n >= 2 && (memcmp(head.p, "\xff\xfe", 2) == 0 || memcmp(head.p, "\xfe\xff", 2) == 0);

	return !wide && !is_packed(head) && str_chr(head, '\0') < head.n;
}

/* Too short to decide: a pipe may deliver its first bytes one by one. */
static bool may_be_packed(struct str head)
{
	for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++)
		if (head.n < packed[i].n && memcmp(head.p, packed[i].bytes, head.n) == 0)
			return true;
	return false;
}

static bool is_url(const char *name)
{
	struct str s = str_of(name);

	return str_starts(s, "http://") || str_starts(s, "https://");
}

static ssize_t read_some(int fd, char *p, size_t n)
{
	ssize_t got;

	while ((got = read(fd, p, n)) < 0 && (errno == EINTR || errno == EAGAIN))
		if (errno == EAGAIN) /* whoever shares it has made it non-blocking */
			poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, -1);
	return got;
}

/* The input being read. */
struct input_reading {
	const char *name;   /* for messages */
	const char *source; /* for source.name */
	const char *url;    /* for heal-open to fetch, or NULL */
	struct detector *d;
	const struct input_watch *watch;
	bool is_text;  /* standard input, for watch->text */
	int progress;  /* the file whose offset is the progress, or -1 */
	uint64_t size; /* of that file */
};

static bool passes_on(const struct input_reading *r)
{
	return r->is_text && r->watch && r->watch->text;
}

static int pass_on(const struct input_reading *r, const char *p, ssize_t n)
{
	return n > 0 && passes_on(r) ? r->watch->text(r->watch->ctx, (struct str){ p, (size_t)n }) : 0;
}

static void progress_show(const struct input_reading *r)
{
	off_t at = r->progress >= 0 ? lseek(r->progress, 0, SEEK_CUR) : -1;

	if (at >= 0 && r->watch && r->watch->read)
		r->watch->read(r->watch->ctx, r->name, (uint64_t)at, r->size);
}

static ssize_t read_next(const struct input_reading *r, int fd, char *block)
{
	if (r->watch && r->watch->wait)
		r->watch->wait(r->watch->ctx);
	return read_some(fd, block, BLOCK);
}

/* opened: parses the output of heal-open; NULL: the bytes are plain text. */
static bool feed_all(const struct input_reading *r, int fd, struct archive_members *opened, struct err *err)
{
	char *block = malloc(BLOCK);
	ssize_t n;

	if (!block)
		out_of_memory();
	while ((n = read_next(r, fd, block)) > 0) {
		struct str bytes = { block, (size_t)n };
		if (opened) {
			archive_members_feed(opened, bytes);
		} else {
			pass_on(r, block, n);
			detector_feed(r->d, bytes);
		}
		progress_show(r);
	}
	free(block);
	return n == 0 || err_errno(err, HEAL_REFUSED, "cannot read '%s'", r->name);
}

/* NULL: err.  Of another user no program is run, whoever set the variable. */
static const char *opener(struct arena *a, struct err *err)
{
	const char *given = getenv("HEAL_OPEN");
	struct stat st;

	if (!given || !*given)
		return own_program(a, "heal-open").p;
	return stat(given, &st) < 0 || trusted_stat(&st, given, err) ? given : NULL;
}

static bool no_process(const char *name, struct err *err)
{
	return err_errno(err, HEAL_REFUSED, "cannot open '%s': cannot start another process", name);
}

/* Run heal-open with `in` as standard input (or -1), and feed its output to the detector. */
static bool feed_opened(const struct input_reading *r, int in, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct archive_members opened;
	const char *name = r->name;
	const char *program = opener(&a, err);
	int out[2], status = 0;

	if (!program) {
		arena_free(&a);
		return false;
	}
	if (pipe2(out, O_CLOEXEC) < 0) {
		arena_free(&a);
		return err_errno(err, HEAL_REFUSED, "cannot open '%s'", name);
	}
	pid_t pid = fork();
	if (pid == 0) {
		if (in >= 0)
			dup2(in, 0);
		dup2(out[1], 1);
		execl(program, "heal-open", "--members", "--", in >= 0 ? "-" : r->url, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	archive_members_init(&opened, str_of(r->source), r->d, r->watch);
	bool ok = pid > 0 ? feed_all(r, out[0], &opened, err) : no_process(name, err);
	archive_members_release(&opened);
	close(out[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	status = proc_status(status);
	if (ok && status == 127)
		ok = err_set(err, HEAL_WRONG, "cannot open '%s': '%s' is not installed", name, program);
	else if (ok && status)
		ok = err_set(
			err, status <= HEAL_BROKEN ? (enum heal_status)status : HEAL_BROKEN, "cannot open '%s'", name);
	arena_free(&a);
	return ok;
}

/* The copying process.  What is passed on is, also where heal-open has stopped reading. */
static int copy_packed(const struct input_reading *r, int fd, struct str head, int to)
{
	char block[65536];
	ssize_t n;
	int lost = 0;
	bool ok = fd_write(to, head);

	while ((ok || passes_on(r)) && (n = read_some(fd, block, sizeof(block))) > 0) {
		lost = pass_on(r, block, n);
		ok = ok && fd_write(to, (struct str){ block, (size_t)n });
	}
	return lost;
}

/* A pipe cannot be rewound, so the bytes already read are passed on through another pipe. */
static bool feed_packed_pipe(const struct input_reading *r, int fd, struct str head, struct err *err)
{
	int in[2], lost = 0;

	if (pipe2(in, O_CLOEXEC) < 0)
		return err_errno(err, HEAL_REFUSED, "cannot open '%s'", r->name);
	pid_t pid = fork();
	if (pid == 0) {
		close(in[0]); /* so that writing fails when the reader exits */
		_exit(copy_packed(r, fd, head, in[1]));
	}
	close(in[1]);
	bool ok = pid > 0 ? feed_opened(r, in[0], err) : no_process(r->name, err);
	close(in[0]);
	while (pid > 0 && waitpid(pid, &lost, 0) < 0 && errno == EINTR)
		;
	lost = WIFEXITED(lost) ? WEXITSTATUS(lost) : 0;
	errno = lost;
	if (ok && lost && lost != EPIPE)
		ok = err_errno(err, HEAL_REFUSED, "cannot pass on '%s'", r->name);
	return ok;
}

static bool feed_fd(struct input_reading *r, int fd, struct err *err)
{
	char head[512];
	struct str first = { head, 0 };
	struct stat st;
	ssize_t n;

	do {
		n = read_some(fd, head + first.n, sizeof(head) - first.n);
		if (n < 0)
			return err_errno(err, errno == EISDIR ? HEAL_WRONG : HEAL_REFUSED, "cannot read '%s'", r->name);
		pass_on(r, head + first.n, n);
		first.n += (size_t)n;
	} while (n > 0 && may_be_packed(first));
	bool regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	if (regular) {
		r->progress = fd;
		r->size = (uint64_t)st.st_size;
	}
	if (is_packed(first) && regular && !passes_on(r) && lseek(fd, -(off_t)first.n, SEEK_CUR) >= 0)
		return feed_opened(r, fd, err);
	if (is_packed(first))
		return feed_packed_pipe(r, fd, first, err);
	if (!regular)
		fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE); /* fewer wake-ups; failure is ignored */
	detector_feed(r->d, first);
	return feed_all(r, fd, NULL, err);
}

bool input_read_fd(const char *name, int fd, struct detector *d, const struct input_watch *watch, struct err *err)
{
	struct input_reading r = { .name = name, .source = name, .d = d, .watch = watch, .progress = -1 };

	detector_begin(d, str_of(name));
	bool ok = feed_fd(&r, fd, err);
	detector_end(d);
	return ok;
}

/* The URL without possible secrets: user and password, query. */
static const char *url_shown(struct arena *a, struct str url)
{
	size_t host = str_find(url, STR("://")) + 3;
	struct str rest = str_sub(url, host, url.n);

	rest = str_sub(rest, 0, str_chr(rest, '?'));
	rest = str_sub(rest, 0, str_chr(rest, '#'));
	size_t path = str_chr(rest, '/'), at = str_rchr(str_sub(rest, 0, path), '@');
	if (at < path)
		rest = str_sub(rest, at + 1, rest.n);
	return arena_printf(a, "%.*s%.*s", STR_ARG(str_sub(url, 0, host)), STR_ARG(rest)).p;
}

static bool url_read(const char *url, struct detector *d, const struct input_watch *watch, struct err *err)
{
	struct arena a = ARENA_INIT;
	const char *name = url_shown(&a, str_of(url));
	struct input_reading r = { .name = name, .source = name, .url = url, .d = d, .watch = watch, .progress = -1 };

	detector_begin(d, str_of(name));
	bool ok = feed_opened(&r, -1, err);
	detector_end(d);
	arena_free(&a);
	return ok;
}

/* "logs/" and "logs" are the same directory, with files "logs/x". */
static bool folder_named_read(
	const char *name, int fd, struct detector *d, const struct input_watch *watch, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str s = str_of(name);

	while (s.n > 1 && s.p[s.n - 1] == '/')
		s.n--;
	bool ok = folder_read(arena_strdup(&a, s), fd, d, watch, err);
	arena_free(&a);
	return ok;
}

bool input_read(const char *name, struct detector *d, const struct input_watch *watch, struct err *err)
{
	struct stat st;

	if (is_url(name))
		return url_read(name, d, watch, err);
	if (strcmp(name, "-") == 0) {
		struct input_reading r = { .name = "standard input",
			.source = name,
			.d = d,
			.watch = watch,
			.is_text = true,
			.progress = -1 };
		detector_begin(d, str_of(name));
		bool ok = feed_fd(&r, 0, err);
		detector_end(d);
		return ok;
	}
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_errno(
			err, errno == ENOENT || errno == ENOTDIR ? HEAL_WRONG : HEAL_REFUSED, "cannot open '%s'", name);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		return folder_named_read(name, fd, d, watch, err);
	bool ok = true;
	if (!watch || !watch->file)
		ok = input_read_fd(name, fd, d, watch, err);
	else if (S_ISREG(st.st_mode))
		watch->file(watch->ctx, name, fd, true);
	else
		ok = err_set(err, HEAL_WRONG, "'%s' is not a regular file", name);
	close(fd);
	return ok;
}
