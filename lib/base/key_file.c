#include "base/key_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"

enum { KEY_MAX = 4096 };

bool key_file_read(struct arena *a, struct str path, const char *setting, struct str *key, struct err *err)
{
	struct str home = str_of(getenv("HOME")), line, all;
	struct str full = str_starts(path, "~/") && home.n ? path_join(a, home, str_sub(path, 2, path.n)) : path;
	char *name = arena_strdup(a, full);
	int fd = path_is_absolute(full) ? open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
	struct stat st;
	bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && !(st.st_mode & (S_IRWXG | S_IRWXO)) &&
		st.st_uid == geteuid() && fd_read(a, fd, KEY_MAX, &all, NULL) && str_line(&all, &line) &&
		str_trim(line).n;

	if (fd >= 0)
		close(fd);
	if (!ok)
		return err_set(err, HEAL_WRONG,
			"%s must be an absolute name of a file with the key, of this user, which nobody else can read",
			setting);
	*key = str_trim(line);
	return true;
}
