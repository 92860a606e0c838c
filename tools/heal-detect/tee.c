#include "tee.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"

static int failure; /* errno of standard output */
static const char *destination;

/* The N of "fd:N" and "/dev/fd/N", which opened as a file would be truncated; -1: another name. */
static int descriptor_named(const char *where)
{
	struct str s = str_of(where);
	int64_t n;

	if (str_starts(s, "fd:"))
		s = str_sub(s, 3, s.n);
	else if (str_starts(s, "/dev/fd/"))
		s = str_sub(s, 8, s.n);
	else
		return -1;
	if (!str_number(s, &n) || n > 1 << 20)
		die(HEAL_WRONG, "invalid value '%s' for option '--tee': not the number of a file descriptor", where);
	return (int)n;
}

/* A terminal may be both. */
static bool is_stdout(int fd)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && fstat(STDOUT_FILENO, &b) == 0 && !S_ISCHR(a.st_mode) && a.st_dev == b.st_dev &&
		a.st_ino == b.st_ino;
}

static int records_open(const char *where)
{
	int n = descriptor_named(where), fd;

	if (n == STDOUT_FILENO || strcmp(where, "-") == 0)
		die(HEAL_WRONG, "option '--tee': the text goes to standard output, the records cannot go there too");
	if (n >= 0) {
		int mode = fcntl(n, F_GETFL);
		if (mode >= 0 && (mode & O_ACCMODE) == O_RDONLY)
			errno = EBADF;
		fd = mode < 0 || (mode & O_ACCMODE) == O_RDONLY ? -1 : fcntl(n, F_DUPFD_CLOEXEC, 3);
		if (fd >= 0 && n > STDERR_FILENO)
			close(n); /* so that its reader sees the end of the records, and no helper inherits it */
		return fd;
	}
	fd = open(where, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd >= 0 && is_stdout(fd))
		die(HEAL_WRONG, "option '--tee': '%s' is standard output, where the text goes", where);
	if (fd >= 0 && ftruncate(fd, 0) < 0 && errno != EINVAL) { /* EINVAL: it is not a regular file */
		close(fd);
		return -1;
	}
	return fd;
}

/* A handler, because SIG_IGN would be inherited by the helpers. */
static void pipe_broken(int number)
{
	(void)number;
}

FILE *tee_open(const char *where)
{
	struct sigaction act = { .sa_handler = pipe_broken, .sa_flags = SA_RESTART };
	int fd = records_open(where);
	FILE *records;

	sigaction(SIGPIPE, &act, NULL);
	destination = where;
	if (fd < 0) {
		int why = errno;
		bool usage = why == ENOENT || why == ENOTDIR || why == EISDIR || why == EBADF;
		complain(usage ? HEAL_WRONG : HEAL_REFUSED, "cannot write the records to '%s': %s", where,
			strerror(why));
		fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	}
	records = fd < 0 ? NULL : fdopen(fd, "w");
	if (!records)
		die(HEAL_REFUSED, "cannot write the records to '%s': %s", where, strerror(errno));
	setvbuf(records, NULL, _IOLBF, 1 << 16); /* a job that is killed leaves the records so far */
	return records;
}

/* Write all of it; a descriptor shared with others may be non-blocking. */
static int write_all(int fd, struct str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);
		if (n >= 0)
			s = str_sub(s, (size_t)n, s.n);
		else if (errno == EAGAIN)
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
		else if (errno != EINTR)
			return errno;
	}
	return 0;
}

int tee_text(void *ctx, struct str bytes)
{
	(void)ctx;
	if (!failure)
		failure = write_all(STDOUT_FILENO, bytes);
	return failure;
}

void tee_rest(void)
{
	static char block[1 << 16];
	ssize_t n;

	while ((n = read(STDIN_FILENO, block, sizeof(block))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0 && tee_text(NULL, (struct str){ block, (size_t)n }))
			return;
}

void tee_end(FILE *records)
{
	bool failed = fflush(records) != 0 || ferror(records);

	if (fclose(records) != 0 || failed)
		complain(HEAL_REFUSED, "cannot write all records to '%s'", destination);
	if (failure && failure != EPIPE)
		complain(HEAL_REFUSED, "cannot pass the text on to standard output: %s", strerror(failure));
}
