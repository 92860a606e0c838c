/* put - files of the throw-away copy: their times, as a build sees them */
#include "sandbox/put.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

enum { TIMES = 200 };

static bool is_newer(const char *path, const char *than)
{
	struct stat a, b;

	if (stat(path, &a) < 0 || stat(than, &b) < 0)
		return false;
	return a.st_mtim.tv_sec != b.st_mtim.tv_sec ? a.st_mtim.tv_sec > b.st_mtim.tv_sec :
						      a.st_mtim.tv_nsec > b.st_mtim.tv_nsec;
}

/* What is built and what is put back within one tick of the kernel's clock have the same time, if nobody sees to it. */
static void test_time(void)
{
	char dir[] = "/tmp/heal-put.XXXXXX";
	struct arena a = ARENA_INIT;
	struct tree t;
	struct err err;
	int newer = 0;

	if (!mkdtemp(dir) || chdir(dir) < 0 || !tree_open(&a, &t, dir, &err)) {
		ok(false, "a folder for it");
		return;
	}
	for (int i = 0; i < TIMES; i++) {
		int fd = open("a.o", O_WRONLY | O_CREAT | O_TRUNC, 0600);
		bool built = fd >= 0 && write(fd, "o", 1) == 1 && close(fd) == 0;
		newer += built && put_content(&a, &t, STR("a.c"), STR("int a;\n"), 0644, &err) &&
			is_newer("a.c", "a.o");
	}
	is_int(newer, TIMES, "a file is newer than what was built right before it was put");
	unlink("a.o");
	put_nothing(&a, &t, STR("a.c"));
	ok(access("a.c", F_OK) < 0, "and is gone when it is taken away");
	tree_close(&t);
	rmdir(dir);
	arena_free(&a);
}

int main(void)
{
	test_time();
	return tap_end();
}
