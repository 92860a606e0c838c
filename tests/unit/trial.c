/* Trees on the disk, copied, changed and thrown away; $TMPDIR is a folder of our own, so that
 * nothing left behind goes unseen. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/io.h"
#include "sandbox/trial.h"
#include "tap.h"

static struct arena a = ARENA_INIT;
static char base[] = "/tmp/heal-test-trial-XXXXXX";
static struct err err;

static const char *in(const char *dir, const char *name)
{
	return arena_printf(&a, "%s/%s", dir, name).p;
}

static void put(const char *path, const char *content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || !fd_write(fd, str_of(content)))
		printf("# cannot write %s\n", path);
	if (fd >= 0)
		close(fd);
}

static struct str get(const char *path)
{
	struct str s = STR_NONE;

	if (!file_read(&a, path, 1 << 20, &s, &err))
		printf("# %s\n", err.text);
	return s;
}

static struct str link_of(const char *path)
{
	char *to = arena_alloc(&a, 4096);
	ssize_t n = readlink(path, to, 4095);

	return (struct str){ to, n < 0 ? 0 : (size_t)n };
}

static void set_time(const char *path, time_t s, long ns)
{
	struct timespec t[2] = { { s, ns }, { s, ns } };

	utimensat(AT_FDCWD, path, t, AT_SYMLINK_NOFOLLOW);
}

static size_t open_fds(void)
{
	size_t n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static size_t entries(const char *dir)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n < 2 ? 0 : n - 2;
}

static void link_to(const char *target, const char *path)
{
	if (symlink(target, path) < 0)
		printf("# cannot link %s\n", path);
}

/* A project with one of everything. */
static void build(void)
{
	char *big = calloc(1, 3 << 20);
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	mkdir("p", 0755), mkdir("p/src", 0755), mkdir("p/.git", 0755), mkdir("p/empty", 0711), mkdir("p/ro", 0755);
	put("p/src/a.c", "int main;\n");
	put("p/.git/HEAD", "ref: x\n");
	put("p/run.sh", "#!/bin/sh\n");
	put("p/ro/file", "r");
	put("p/zero", "");
	memset(big, 'b', 3 << 20);
	int fd = open("p/big", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	fd_write(fd, (struct str){ big, 3 << 20 });
	close(fd);
	free(big);
	fd = open("p/sparse", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (pwrite(fd, "mid", 3, 40 << 20) != 3 || ftruncate(fd, 80 << 20) < 0)
		printf("# no sparse file\n");
	close(fd);
	chmod("p/run.sh", 0751);
	if (link("p/src/a.c", "p/hard") < 0)
		printf("# no hard link\n");
	link_to("src/a.c", "p/in");
	link_to("../run.sh", "p/src/up");
	link_to("/etc/passwd", "p/abs");
	link_to("../beside", "p/src/../out");
	link_to("../../beside/x", "p/src/out2");
	link_to(arena_printf(&a, "%s/p/src", base).p, "p/abs-in");
	link_to("../../p/run.sh", "p/src/round");
	link_to("nowhere", "p/dangling");
	mkfifo("p/fifo", 0600);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(at.sun_path, sizeof(at.sun_path), "p/socket");
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		printf("# no socket\n");
	close(fd);
	chmod("p/ro/file", 0444);
	chmod("p/ro", 0555);
	set_time("p/src/a.c", 1000000000, 123456789);
	set_time("p/in", 1000000001, 5);
	set_time("p/src", 1000000002, 987654321);
	set_time("p", 1000000003, 42);
}

static bool same_times(const char *x, const char *y)
{
	struct stat s, t;

	return lstat(x, &s) == 0 && lstat(y, &t) == 0 && s.st_mtim.tv_sec == t.st_mtim.tv_sec &&
		s.st_mtim.tv_nsec == t.st_mtim.tv_nsec && s.st_mode == t.st_mode;
}

static void test_copy(const char *copy)
{
	static const char *const all[] = { "src/a.c", "in", "src", "run.sh", "empty", "ro", "ro/file", "zero", "big",
		".git/HEAD", "." };
	struct stat st;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		ok(same_times(in("p", all[i]), in(copy, all[i])),
			arena_printf(&a, "mode and time of %s are kept", all[i]).p);
	is_str(get(in(copy, "src/a.c")), "int main;\n", "contents are copied");
	ok(str_eq(get(in(copy, "hard")), get("p/hard")) && stat(in(copy, "hard"), &st) == 0 && st.st_nlink == 1,
		"a hard link becomes a file of its own");
	file_read(&a, in(copy, "big"), 4 << 20, &(struct str){ 0 }, &err);
	ok(stat(in(copy, "big"), &st) == 0 && st.st_size == 3 << 20, "a large file is complete");
	ok(stat(in(copy, "sparse"), &st) == 0 && st.st_size == 80 << 20 && st.st_blocks < 1000, "holes stay holes");
	int fd = open(in(copy, "sparse"), O_RDONLY | O_CLOEXEC);
	char mid[4] = "";
	ok(pread(fd, mid, 3, 40 << 20) == 3 && strcmp(mid, "mid") == 0, "and what lies between them is there");
	close(fd);
	ok(lstat(in(copy, "fifo"), &st) < 0 && lstat(in(copy, "socket"), &st) < 0, "FIFOs and sockets are left out");
	is_str(link_of(in(copy, "in")), "src/a.c", "a link within stays");
	is_str(link_of(in(copy, "src/up")), "../run.sh", "also upwards");
	is_str(link_of(in(copy, "dangling")), "nowhere", "also into the void");
	is_str(link_of(in(copy, "abs")), "/etc/passwd", "an absolute link to elsewhere stays");
	is_str(link_of(in(copy, "abs-in")), in(copy, "src"), "an absolute link into the project leads into the copy");
	is_str(link_of(in(copy, "src/round")), in(copy, "run.sh"), "so does one that goes round about");
	is_str(link_of(in(copy, "out")), in(base, "beside"), "a relative link to elsewhere leads there still");
	is_str(link_of(in(copy, "src/out2")), in(base, "beside/x"), "from any depth");
	ok(stat(in(copy, ".."), &st) == 0 && (st.st_mode & 07777) == 0700, "the folder above is private");
}

/* --- changes --- */

static struct buf told;

static bool note(void *ctx, struct str path, enum trial_change change)
{
	(void)ctx;
	buf_printf(&told, "%c %.*s\n", "NCMR"[change], STR_ARG(path));
	return true;
}

static bool first_only(void *ctx, struct str path, enum trial_change change)
{
	note(ctx, path, change);
	return false;
}

static int changes(const struct trial *t)
{
	buf_clear(&told);
	return trial_changes(t, note, NULL, &err);
}

static void test_changes(struct trial *t)
{
	const char *copy = trial_path(t);
	struct stat st;

	is_int(changes(t), 0, "a fresh copy does not differ");
	is_str(buf_str(&told), "", "in nothing");
	set_time(in(copy, "run.sh"), 1234567890, 0);
	is_int(changes(t), 0, "a touched file is no change");
	put(in(copy, "new"), "n");
	mkdir(in(copy, "dir"), 0755);
	put(in(copy, "dir/below"), "n");
	put(in(copy, "zero"), "no more");
	chmod(in(copy, "run.sh"), 0700);
	unlink(in(copy, ".git/HEAD"));
	unlink(in(copy, "in"));
	link_to("run.sh", in(copy, "in"));
	unlink(in(copy, "dangling"));
	put(in(copy, "dangling"), "x");
	stat(in(copy, "src/a.c"), &st);
	put(in(copy, "src/a.c"), "int mine;\n");
	set_time(in(copy, "src/a.c"), st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	chmod(in(copy, "empty"), 0755);
	unlink(in(copy, "abs-in"));
	mkdir(in(copy, "abs-in"), 0755);
	put(in(copy, "abs-in/f"), "x");
	is_int(changes(t), 11, "every difference is told");
	is_str(buf_str(&told),
		"R .git/HEAD\nR abs-in\nN abs-in/f\nC dangling\nN dir/below\nM empty\nC in\nN new\nM run.sh\n"
		"C src/a.c\nC zero\n",
		"in order, also one that hides behind its old time");
	buf_clear(&told);
	is_int(trial_changes(t, first_only, NULL, &err), 1, "the caller can stop");
}

/* --- what a command leaves --- */

static void dig(const char *dir, int depth)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (int i = 0; i < depth && fd >= 0; i++) {
		mkdirat(fd, "d", 0755);
		int next = openat(fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (i % 50 == 0)
			fchmod(fd, 0500);
		close(fd);
		fd = next;
	}
	close(fd);
}

static void test_free(struct trial *t)
{
	const char *copy = trial_path(t);

	mkdir(in(copy, "locked"), 0755);
	put(in(copy, "locked/f"), "x");
	chmod(in(copy, "locked"), 0);
	dig(in(copy, "empty"), 1500);
	link_to("/etc", in(copy, "etc"));
	chmod(copy, 0500);
	trial_free(t);
	is_int((long long)entries("tmp"), 0, "read-only and very deep folders are removed");
	is_int(access("/etc/passwd", F_OK), 0, "a link is removed, not followed");
	trial_free(NULL);
}

static void test_limits(void)
{
	static const struct trial_limits bytes = { .bytes = 1 << 20 }, files = { .files = 5 },
					 time = { .seconds = 1e-9 };
	size_t fds = open_fds();

	ok(!trial_new("p", &bytes, &err), "too many bytes are refused");
	is_int(err.status, HEAL_REFUSED, "as a refusal");
	printf("# %s\n", err.text);
	ok(!trial_new("p", &files, &err) && err.status == HEAL_REFUSED, "too many files are refused");
	ok(!trial_new("p", &time, &err) && err.status == HEAL_REFUSED, "too long a copying is refused");
	mkdir("deep", 0755);
	dig("deep", 300);
	ok(!trial_new("deep", NULL, &err) && err.status == HEAL_REFUSED, "too deep a tree is refused");
	printf("# %s\n", err.text);
	ok(!trial_new("nowhere", NULL, &err) && err.status == HEAL_WRONG, "a project that is not there is wrong");
	ok(!trial_new("p/run.sh", NULL, &err) && err.status == HEAL_WRONG, "so is a file");
	is_int((long long)entries("tmp"), 0, "nothing is left behind");
	is_int((long long)open_fds(), (long long)fds, "no descriptor either");
}

static void test_sweep(void)
{
	pid_t dead = fork();

	if (dead == 0)
		_exit(0);
	waitpid(dead, NULL, 0);
	const char *old = arena_printf(&a, "tmp/heal-trial-%d-0123456789abcdef", (int)dead).p;
	const char *held = arena_printf(&a, "tmp/heal-trial-%d-0123456789abcdee", (int)dead).p;
	const char *live = arena_printf(&a, "tmp/heal-trial-%d-0123456789abcdef", (int)getpid()).p;
	mkdir(old, 0700), mkdir(in(old, "p"), 0500), mkdir(live, 0700), mkdir(held, 0700);
	mkdir("tmp/heal-trial-1x-0123456789abcdef", 0700), mkdir("tmp/heal-trial-", 0700);
	link_to("../p", arena_printf(&a, "tmp/heal-trial-%d-0123456789abcdea", (int)dead).p);
	int fd = open(held, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok(fd >= 0 && flock(fd, LOCK_EX) == 0, "lock");
	struct trial *t = trial_new("p", NULL, &err);
	ok(t && access(old, F_OK) < 0, "a dead process' trial is swept");
	ok(access(live, F_OK) == 0, "a living one's stays");
	ok(access(held, F_OK) == 0, "so does one that is locked");
	ok(access("p/run.sh", F_OK) == 0, "and what a link of such a name leads to");
	trial_free(t);
	close(fd);
	is_int((long long)entries("tmp"), 5, "what is not ours stays");
	rmdir(live), rmdir(held), rmdir("tmp/heal-trial-1x-0123456789abcdef"), rmdir("tmp/heal-trial-");
	unlink(arena_printf(&a, "tmp/heal-trial-%d-0123456789abcdea", (int)dead).p);
}

static void test_inside(void)
{
	mkdir("p/tmp", 0755);
	setenv("TMPDIR", in(base, "p/tmp"), 1);
	struct trial *t = trial_new("p", NULL, &err), *second = trial_new("p", NULL, &err);
	ok(t && second, "the folder for temporary files may lie in the project");
	is_int((long long)entries(in(trial_path(second), "tmp")), 0, "trials are not copied");
	is_int(changes(second), 0, "nor missed");
	trial_free(t);
	trial_free(second);
	is_int((long long)entries("p/tmp"), 0, "both are removed");
	setenv("TMPDIR", in(base, "tmp"), 1);
}

static void test_second_name(void)
{
	link_to("p", "other");
	link_to(in(base, "other/run.sh"), "p/by-other");
	setenv("PWD", base, 1);
	struct trial *t = trial_new("other", NULL, &err);
	if (ok(t != NULL, "the project may be named through a symlink")) {
		is_str(link_of(in(trial_path(t), "by-other")), in(trial_path(t), "run.sh"),
			"a link by that name leads into the copy");
		is_int(changes(t), 0, "and is no change");
	}
	trial_free(t);
	t = trial_new(in(base, "p"), NULL, &err);
	ok(t && str_is(link_of(in(trial_path(t), "by-other")), in(trial_path(t), "run.sh")),
		"also where the project goes by its first name");
	trial_free(t);
	unlink("p/by-other");
}

/* In a process without rights: what may not be read is left out and counted. */
static void test_unread(void)
{
	int status = 0;

	mkdir("u", 0755), mkdir("u/secret", 0), mkdir("utmp", 0777);
	chmod("utmp", 0777), chmod(base, 0755);
	put("u/key", "k"), put("u/open", "o");
	chmod("u/key", 0);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
			_exit(10);
		setenv("TMPDIR", in(base, "utmp"), 1);
		struct trial *t = trial_new("u", NULL, &err);
		if (!t)
			_exit(11);
		bool good = trial_unread(t) == 2 && changes(t) == 0 && access(in(trial_path(t), "open"), R_OK) == 0;
		mkdir(in(trial_path(t), "made"), 0755);
		put(in(trial_path(t), "made/f"), "x");
		chmod(in(trial_path(t), "made"), 0);
		good = good && changes(t) == -1;
		trial_free(t);
		_exit(!good + 2 * (entries("utmp") != 0));
	}
	waitpid(pid, &status, 0);
	is_int(WEXITSTATUS(status), 0, "what may not be read is left out, counted and no change");
	chmod("u/secret", 0755);
}

static void test_mount(void)
{
	int status = 0;

	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		mkdir("p/mnt", 0755), mkdir("far", 0755);
		put("far/away", "x");
		if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
			mount("far", "p/mnt", NULL, MS_BIND, NULL) < 0)
			_exit(77);
		struct trial *t = trial_new("p", NULL, &err);
		bool good = t && is_dir(in(trial_path(t), "mnt")) && entries(in(trial_path(t), "mnt")) == 0 &&
			changes(t) == 0;
		/* One in the copy, as a command with the rights may leave it. */
		good = good && mount("far", in(trial_path(t), "mnt"), NULL, MS_BIND, NULL) == 0;
		trial_free(t);
		_exit(!(good && access("far/away", F_OK) == 0));
	}
	waitpid(pid, &status, 0);
	if (WEXITSTATUS(status) == 77)
		tap_skip("mount points are not crossed", "no right to mount");
	else
		is_int(WEXITSTATUS(status), 0, "mount points are not crossed, neither by copying nor by removing");
}

static void clean(void)
{
	execlp("rm", "rm", "-rf", base, (char *)NULL);
	_exit(127);
}

int main(void)
{
	buf_init(&told, 1 << 16);
	umask(022);
	if (!mkdtemp(base) || chdir(base) < 0 || mkdir("tmp", 0755) < 0)
		return 1;
	setenv("TMPDIR", in(base, "tmp"), 1);
	build();
	struct trial *t = trial_new("p", NULL, &err);
	if (!ok(t != NULL, "a copy is made")) {
		printf("# %s\n", err.text);
		return 1;
	}
	test_copy(trial_path(t));
	test_changes(t);
	test_free(t);
	test_limits();
	test_sweep();
	test_inside();
	test_second_name();
	test_unread();
	test_mount();
	chmod("p/ro", 0755);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0)
		clean();
	waitpid(pid, NULL, 0);
	buf_release(&told);
	arena_free(&a);
	return tap_end();
}
