#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io.h"
#include "path.h"
#include "proc.h"

enum { BLOCK = 256 * 1024, MAGIC = 8, PIPE_SIZE = 1 << 20 };

/* First bytes of what only heal-open can read: gzip, compress, bzip2, xz, zstd, lz4, lzip, zip. */
static const struct {
	const char *bytes;
	size_t n;
} packed[] = {
	{ "\x1f\x8b", 2 }, { "\x1f\x9d", 2 }, { "BZh", 3 }, { "\xfd" "7zXZ", 5 }, { "\x28\xb5\x2f\xfd", 4 },
	{ "\x04\x22\x4d\x18", 4 }, { "LZIP\x01", 5 }, { "PK\x03\x04", 4 },
};

static bool is_packed(struct str head)
{
	for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++)
		if (head.n >= packed[i].n && memcmp(head.p, packed[i].bytes, packed[i].n) == 0)
			return true;
	return head.n > 262 && memcmp(head.p + 257, "ustar", 5) == 0;
}

/* Too short to tell: a pipe may give its first bytes one by one. */
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

	do
		got = read(fd, p, n);
	while (got < 0 && errno == EINTR);
	return got;
}

static bool feed_all(int fd, const char *name, struct detector *d, struct err *err)
{
	char *block = malloc(BLOCK);
	ssize_t n;

	if (!block)
		out_of_memory();
	while ((n = read_some(fd, block, BLOCK)) > 0)
		detector_feed(d, (struct str){ block, (size_t)n });
	free(block);
	return n == 0 || err_errno(err, HEAL_REFUSED, "cannot read '%s'", name);
}

static const char *opener(struct arena *a)
{
	char self[4096];
	const char *given = getenv("HEAL_OPEN");
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (given && *given)
		return given;
	if (n > 0) {
		struct str beside = arena_printf(a, "%.*s/heal-open", STR_ARG(path_dir((struct str){ self, (size_t)n })));
		if (file_exists(beside.p))
			return beside.p;
	}
	return HEAL_LIBEXEC "/heal-open";
}

static bool no_process(const char *name, struct err *err)
{
	return err_errno(err, HEAL_REFUSED, "cannot open '%s': cannot start another process", name);
}

/* heal-open with `in` as its standard input (or -1), its output fed to the detector. */
static bool feed_opened(const char *name, int in, struct detector *d, struct err *err)
{
	struct arena a = ARENA_INIT;
	const char *program = opener(&a);
	int out[2], status = 0;

	if (pipe2(out, O_CLOEXEC) < 0) {
		arena_free(&a);
		return err_errno(err, HEAL_REFUSED, "cannot open '%s'", name);
	}
	pid_t pid = fork();
	if (pid == 0) {
		if (in >= 0)
			dup2(in, 0);
		dup2(out[1], 1);
		execl(program, "heal-open", in >= 0 ? "-" : name, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	bool ok = pid > 0 ? feed_all(out[0], name, d, err) : no_process(name, err);
	close(out[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	status = proc_status(status);
	if (ok && status == 127)
		ok = err_set(err, HEAL_WRONG, "cannot open '%s': the helper '%s' is not installed", name, program);
	else if (ok && status)
		ok = err_set(err, status <= HEAL_BROKEN ? (enum heal_status)status : HEAL_BROKEN, "cannot open '%s'", name);
	arena_free(&a);
	return ok;
}

/* A pipe cannot be rewound: what was read of it to look at goes back through another pipe. */
static bool feed_packed_pipe(const char *name, int fd, struct str head, struct detector *d, struct err *err)
{
	int in[2];

	if (pipe2(in, O_CLOEXEC) < 0)
		return err_errno(err, HEAL_REFUSED, "cannot open '%s'", name);
	pid_t pid = fork();
	if (pid == 0) {
		char block[65536];
		ssize_t n;
		close(in[0]);	/* so that writing fails when nobody reads any more */
		bool ok = fd_write(in[1], head);
		while (ok && (n = read_some(fd, block, sizeof(block))) > 0)
			ok = fd_write(in[1], (struct str){ block, (size_t)n });
		_exit(0);
	}
	close(in[1]);
	bool ok = pid > 0 ? feed_opened(name, in[0], d, err) : no_process(name, err);
	close(in[0]);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return ok;
}

static bool feed_fd(const char *name, int fd, struct detector *d, struct err *err)
{
	char head[512];
	struct str first = { head, 0 };
	struct stat st;
	ssize_t n;

	do {
		n = read_some(fd, head + first.n, sizeof(head) - first.n);
		if (n < 0)
			return err_errno(err, errno == EISDIR ? HEAL_WRONG : HEAL_REFUSED, "cannot read '%s'", name);
		first.n += (size_t)n;
	} while (n > 0 && may_be_packed(first));
	bool regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	if (is_packed(first) && regular && lseek(fd, -(off_t)first.n, SEEK_CUR) >= 0)
		return feed_opened(name, fd, d, err);
	if (is_packed(first))
		return feed_packed_pipe(name, fd, first, d, err);
	if (!regular)
		fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);	/* fewer wake-ups; no matter if refused */
	detector_feed(d, first);
	return feed_all(fd, name, d, err);
}

bool input_read(const char *name, struct detector *d, struct err *err)
{
	bool ok;

	detector_begin(d, str_of(name));
	if (is_url(name)) {
		ok = feed_opened(name, -1, d, err);
	} else if (strcmp(name, "-") == 0) {
		ok = feed_fd("standard input", 0, d, err);
	} else {
		int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (fd < 0)
			return err_errno(err, errno == ENOENT || errno == ENOTDIR ? HEAL_WRONG : HEAL_REFUSED, "cannot open '%s'", name);
		ok = feed_fd(name, fd, d, err);
		close(fd);
	}
	detector_end(d);
	return ok;
}
