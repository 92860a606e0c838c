#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "format.h"
#include "io.h"
#include "path.h"

enum { EXCERPT_MAX = 8 << 20 };	/* a longer file is not searched for its line */

struct str file_here(struct arena *a, const struct record *r)
{
	struct str file = record_str(r, F_ERROR_FILE), cwd = record_str(r, F_SOURCE_CWD);
	char *here = getcwd(NULL, 0);

	if (!file.n || !here) {
		free(here);
		return STR_NONE;
	}
	struct str root = arena_str(a, str_of(here));
	free(here);
	struct str whole = path_join(a, path_is_absolute(cwd) ? cwd : root, file);
	return path_below(path_normal(a, whole), root);
}

/* A regular file, reached without leaving the working directory; the kernel sees to it. */
static int open_beneath(const char *path)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, .resolve = RESOLVE_BENEATH };
	struct stat st;
	int fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));

	if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > EXCERPT_MAX)) {
		close(fd);
		return -1;
	}
	return fd;
}

struct str excerpt_line(struct arena *a, struct str file, int64_t number)
{
	struct str text, line;
	int fd = file.n && number > 0 ? open_beneath(arena_strdup(a, file)) : -1;

	if (fd < 0)
		return STR_NONE;
	bool got = fd_read(a, fd, EXCERPT_MAX, &text, NULL);
	close(fd);
	while (got && str_line(&text, &line))
		if (--number == 0)
			return line;
	return STR_NONE;
}
