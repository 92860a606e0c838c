/* sandbox - trees on the disk, copied, changed, run in and thrown away; $TMPDIR is a folder of our own, so that nothing
 * left over goes unseen */
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
#include "pack_of.h"
#include "sandbox/sandbox.h"
#include "tap.h"

static struct arena a = ARENA_INIT;
static char base[] = "/tmp/heal-test-sandbox-XXXXXX";
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

static struct sandbox *copied(const char *root, const struct sandbox_limits *limits)
{
	struct sandbox_options o = { .root = root, .limits.bytes = 1 << 30 };

	if (limits)
		o.limits = *limits;
	return sandbox_new(&o, &err);
}

static const char *path_of(const struct sandbox *s)
{
	return sandbox_tree(s)->path.p;
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

static void test_free(struct sandbox *t)
{
	const char *copy = path_of(t);

	mkdir(in(copy, "locked"), 0755);
	put(in(copy, "locked/f"), "x");
	chmod(in(copy, "locked"), 0);
	dig(in(copy, "empty"), 1500);
	link_to("/etc", in(copy, "etc"));
	chmod(copy, 0500);
	sandbox_free(t);
	is_int((long long)entries("tmp"), 0, "read-only and very deep folders are removed");
	is_int(access("/etc/passwd", F_OK), 0, "a link is removed, not followed");
	sandbox_free(NULL);
}

static void test_limits(void)
{
	static const struct sandbox_limits bytes = { .bytes = 1 << 20 }, none = { .bytes = 0 },
					   files = { .bytes = 1 << 30, .files = 5 },
					   time = { .bytes = 1 << 30, .seconds = 1e-9 };
	size_t fds = open_fds();

	ok(!copied("p", &bytes), "too many bytes are refused");
	is_int(err.status, HEAL_REFUSED, "as a refusal");
	printf("# %s\n", err.text);
	ok(!copied("p", &none) && err.status == HEAL_REFUSED, "no bytes are none, not a default");
	ok(!copied("p", &files) && err.status == HEAL_REFUSED, "too many files are refused");
	ok(!copied("p", &time) && err.status == HEAL_REFUSED, "too long a copying is refused");
	mkdir("deep", 0755);
	dig("deep", 300);
	ok(!copied("deep", NULL) && err.status == HEAL_REFUSED, "too deep a tree is refused");
	printf("# %s\n", err.text);
	ok(!copied("nowhere", NULL) && err.status == HEAL_WRONG, "a project that is not there is wrong");
	ok(!copied("p/run.sh", NULL) && err.status == HEAL_WRONG, "so is a file");
	is_int((long long)entries("tmp"), 0, "nothing is left over");
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
	struct sandbox *t = copied("p", NULL);
	ok(t && access(old, F_OK) < 0, "a dead process' copy is swept");
	ok(access(live, F_OK) == 0, "a living one's stays");
	ok(access(held, F_OK) == 0, "so does one that is locked");
	ok(access("p/run.sh", F_OK) == 0, "and what a link of such a name leads to");
	sandbox_free(t);
	close(fd);
	is_int((long long)entries("tmp"), 5, "what is not ours stays");
	rmdir(live), rmdir(held), rmdir("tmp/heal-trial-1x-0123456789abcdef"), rmdir("tmp/heal-trial-");
	unlink(arena_printf(&a, "tmp/heal-trial-%d-0123456789abcdea", (int)dead).p);
}

static void test_inside(void)
{
	mkdir("p/tmp", 0755);
	setenv("TMPDIR", in(base, "p/tmp"), 1);
	struct sandbox *t = copied("p", NULL), *second = copied("p", NULL);
	ok(t && second, "the folder for temporary files may lie in the project");
	is_int((long long)entries(in(path_of(second), "tmp")), 0, "copies are not copied");
	sandbox_free(t);
	sandbox_free(second);
	is_int((long long)entries("p/tmp"), 0, "both are removed");
	setenv("TMPDIR", in(base, "tmp"), 1);
}

static void test_second_name(void)
{
	link_to("p", "other");
	link_to(in(base, "other/run.sh"), "p/by-other");
	setenv("PWD", base, 1);
	struct sandbox *t = copied("other", NULL);
	if (ok(t != NULL, "the project may be named through a symlink")) {
		is_str(link_of(in(path_of(t), "by-other")), in(path_of(t), "run.sh"),
			"a link by that name leads into the copy");
	}
	sandbox_free(t);
	t = copied(in(base, "p"), NULL);
	ok(t && str_is(link_of(in(path_of(t), "by-other")), in(path_of(t), "run.sh")),
		"also where the project goes by its first name");
	sandbox_free(t);
	unlink("p/by-other");
}

/* In a process without rights: what may not be read is left out. */
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
		struct sandbox *t = copied("u", NULL);
		if (!t)
			_exit(11);
		bool good = access(in(path_of(t), "open"), R_OK) == 0 && access(in(path_of(t), "key"), F_OK) < 0 &&
			is_dir(in(path_of(t), "secret")) && entries(in(path_of(t), "secret")) == 0;
		sandbox_free(t);
		_exit(!good + 2 * (entries("utmp") != 0));
	}
	waitpid(pid, &status, 0);
	is_int(WEXITSTATUS(status), 0, "what may not be read is left out, of a folder what is in it");
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
		struct sandbox *t = copied("p", NULL);
		bool good = t && is_dir(in(path_of(t), "mnt")) && entries(in(path_of(t), "mnt")) == 0;
		/* One in the copy, as a command with the rights may leave it. */
		good = good && mount("far", in(path_of(t), "mnt"), NULL, MS_BIND, NULL) == 0;
		sandbox_free(t);
		_exit(!(good && access("far/away", F_OK) == 0));
	}
	waitpid(pid, &status, 0);
	if (WEXITSTATUS(status) == 77)
		tap_skip("mount points are not crossed", "no right to mount");
	else
		is_int(WEXITSTATUS(status), 0, "mount points are not crossed, neither by copying nor by removing");
}

static char *const *script(const char *text)
{
	char **argv = arena_alloc(&a, 4 * sizeof(*argv));

	argv[0] = arena_strdup(&a, STR("sh"));
	argv[1] = arena_strdup(&a, STR("-c"));
	argv[2] = arena_strdup(&a, str_of(text));
	return argv;
}

/* --- files in it --- */

static bool is_newer(const char *path, const char *than)
{
	struct stat x, y;

	if (stat(path, &x) < 0 || stat(than, &y) < 0)
		return false;
	return x.st_mtim.tv_sec != y.st_mtim.tv_sec ? x.st_mtim.tv_sec > y.st_mtim.tv_sec :
						      x.st_mtim.tv_nsec > y.st_mtim.tv_nsec;
}

/* What is built and what is put back within one tick of the kernel's clock have the same time, if nobody sees to it. */
static void test_time(void)
{
	struct sandbox *t = copied("p", NULL);
	const char *copy = path_of(t);
	int newer = 0;

	for (int i = 0; i < 200; i++) {
		put(in(copy, "a.o"), "o");
		newer += sandbox_write(t, STR("src/a.c"), STR("int a;\n"), 0644, &err) &&
			is_newer(in(copy, "src/a.c"), in(copy, "a.o"));
	}
	is_int(newer, 200, "a file is newer than what was built right before it was written");
	sandbox_remove(t, STR("src/a.c"));
	ok(access(in(copy, "src/a.c"), F_OK) < 0, "and is gone when it is removed");
	is_str(get("p/src/a.c"), "int main;\n", "the project keeps it");
	sandbox_free(t);
}

static void test_write(void)
{
	struct sandbox *t = copied("p", NULL);
	const char *copy = path_of(t);
	struct str content;
	struct stat st;

	ok(sandbox_write(t, STR("new/deep/f"), STR("f"), 0750, &err), "folders are made for a new file");
	ok(stat(in(copy, "new/deep/f"), &st) == 0 && (st.st_mode & 07777) == 0750,
		"it has the mode that was asked for");
	is_int((long long)entries(in(copy, "new/deep")), 1, "and nothing lies beside it");
	int fd = open(in(copy, "run.sh"), O_RDONLY | O_CLOEXEC);
	ok(sandbox_write(t, STR("run.sh"), STR("other"), 0700, &err) && fd_read(&a, fd, 100, &content, &err) &&
			str_is(content, "#!/bin/sh\n"),
		"who holds a file of another mode open keeps it");
	close(fd);
	ok(link(in(copy, "run.sh"), in(copy, "run2.sh")) == 0 &&
			sandbox_write(t, STR("run.sh"), STR("longer text"), 0700, &err) &&
			sandbox_read(&a, t, STR("run2.sh"), &content, &st, &err) == 1 && str_is(content, "other"),
		"a second name of a file keeps the old text");
	ok(sandbox_write(t, STR("run.sh"), STR("other"), 0700, &err), "a longer text is overwritten");
	ok(!sandbox_write(t, STR("out/f"), STR("f"), 0644, &err) && access("beside/f", F_OK) < 0,
		"nothing is written through a symlink");
	is_int(sandbox_read(&a, t, STR("run.sh"), &content, &st, &err), 1, "a file is read");
	is_str(content, "other", "as it is in the copy");
	is_int(sandbox_read(&a, t, STR("nowhere"), &content, &st, &err), 0, "one that is not there is not");
	is_int(sandbox_read(&a, t, STR("in"), &content, &st, &err), -1, "and a symlink is refused");
	sandbox_free(t);
}

static struct str seen(struct sandbox *t, const char *path)
{
	const struct text *x = source_read(sandbox_view(t), str_of(path));

	return x ? arena_str(&a, x->all) : STR_NONE;
}

static void test_view(void)
{
	struct sandbox *t = copied("p", NULL);
	struct proc shell = { .argv = script("echo by hand >src/a.c") };
	struct proc_result r;

	is_str(seen(t, "src/a.c"), "int main;\n", "the view shows the copy");
	sandbox_write(t, STR("src/a.c"), STR("int b;\n"), 0644, &err);
	is_str(seen(t, "src/a.c"), "int b;\n", "and what was written in it");
	ok(sandbox_run(&a, t, &shell, STR(""), &r, &err), "run");
	is_str(seen(t, "src/a.c"), "by hand\n", "and what a command wrote");
	sandbox_remove(t, STR("src/a.c"));
	ok(!seen(t, "src/a.c").p, "and what was removed is gone");
	sandbox_free(t);
}

/* --- commands in it --- */

static void test_run(void)
{
	struct sandbox *t = copied("p", NULL);
	struct proc shell = { .argv = script("/bin/pwd -P; exit 3"), .dir = "/" };
	struct proc_result r;

	ok(sandbox_run(&a, t, &shell, STR("src"), &r, &err) && r.status == 3, "a command runs in the copy");
	is_str(str_trim(r.output), in(path_of(t), "src"), "in the folder that was named, by the copy's own name");
	ok(!sandbox_run(&a, t, &shell, STR("abs-in"), &r, &err), "a folder that is a symlink is refused");
	sandbox_free(t);
}

/* Where it runs by its absolute name, what it writes there does not reach the project. */
static void test_watch(const struct pack *pack)
{
	const char *cwd = in(base, "p/src");
	struct sandbox_options o = { .root = "p", .cwd = cwd, .limits.bytes = 1 << 30 };
	struct sandbox *t = sandbox_new(&o, &err);
	struct observe_options w = { .pack = pack, .argv = script("pwd -P; echo x >made; exit 4"), .timeout = 60 };
	struct observed_run run;

	bool ran = sandbox_observe(t, &w, &run, &err);
	ok(ran && run.run.status == 4, "an observed command runs in the copy");
	struct str where = ran ? arena_str(&a, str_trim(buf_str(&run.output))) : STR("");
	bool in_place = str_is(where, cwd);
	ok(in_place || str_is(where, in(path_of(t), "src")), "in the project's place, or by the copy's own name");
	ok(access(in(path_of(t), "src/made"), F_OK) == 0 && access("p/src/made", F_OK) < 0,
		"what it makes is in the copy only");
	if (in_place)
		is_str(source_below(sandbox_view(t), str_of(in(cwd, "made"))), "src/made",
			"the view knows the project's names");
	else
		tap_skip("the view knows the project's names", "no right to mount");
	observed_run_release(&run);
	ok(sandbox_observe(t, &w, &run, &err) && str_is(str_trim(buf_str(&run.output)), where.p),
		"the next run is in the same place");
	observed_run_release(&run);
	sandbox_free(t);
}

static struct str said_by(struct sandbox *t, const struct pack *pack, const char *text, unsigned *enforced)
{
	struct observe_options w = { .pack = pack, .argv = script(text), .timeout = 60 };
	struct observed_run run;

	if (!sandbox_observe(t, &w, &run, &err))
		return STR("not run");
	struct str output = arena_str(&a, str_trim(buf_str(&run.output)));
	*enforced = run.run.enforced;
	observed_run_release(&run);
	return output;
}

/* The server closes first, so that its port stays in use after its end. */
static void test_port_again(struct sandbox *t, const struct pack *pack)
{
	static const char server[] = "python3 -c 'import socket as s; l = s.socket(); l.bind((\"127.0.0.1\", 4000)); "
				     "l.listen(); c = s.create_connection((\"127.0.0.1\", 4000)); a, _ = l.accept(); "
				     "a.close(); c.recv(1); c.close(); print(\"served\")' 2>errors";
	unsigned enforced = 0;

	if (!proc_find(&a, "python3").p) {
		tap_skip("a port that is served twice", "no python3");
		return;
	}
	is_str(said_by(t, pack, server, &enforced), "served", "a port is served");
	is_str(said_by(t, pack, server, &enforced), "served", "and the same by the next one");
	ok(enforced & ENFORCED_NETWORK, "in a network of its own");
}

/* Commands in one copy share namespaces and a home, and nothing else of what one of them leaves outside the copy. */
static void test_confined_again(const struct pack *pack)
{
	struct confinement profile = {
		.network = NETWORK_LOOPBACK, .namespace = true, .metadata = true, .files = 1024
	};
	struct sandbox_options o = { .root = "p", .limits.bytes = 1 << 30, .observed = &profile };
	unsigned enforced = 0;

	*VEC_ADD(&a, &profile.path_variables.all) = STR("PATH");
	struct sandbox *t = sandbox_new(&o, &err);
	struct str first = said_by(t, pack, "readlink /proc/self/ns/mnt; echo one >said; echo x >~/in-home", &enforced);
	if (!(enforced & ENFORCED_MOUNTS) || !(enforced & ENFORCED_NETWORK)) {
		tap_skip("a confined command in the same copy", "no right to mount");
		sandbox_free(t);
		return;
	}
	is_str(said_by(t, pack, "readlink /proc/self/ns/mnt", &enforced), first.p, "the next one has the same mounts");
	ok(enforced & ENFORCED_MOUNTS && enforced & ENFORCED_PLACE && enforced & ENFORCED_SECCOMP,
		"and is confined like the first");
	is_str(said_by(t, pack, "cat said", &enforced), "one", "finds what it wrote in the copy");
	sandbox_write(t, STR("said"), STR("two\n"), 0644, &err);
	is_str(said_by(t, pack, "cat said", &enforced), "two", "and what we wrote there since");
	is_str(said_by(t, pack, "{ umount . || mount -t tmpfs none / ; } 2>errors || echo refused", &enforced),
		"refused", "it cannot change the mounts");
	is_str(said_by(t, pack, "echo x >/dev/shm/left && ls /dev/shm", &enforced), "left", "has shared memory");
	is_str(said_by(t, pack, "ls /dev/shm; cat ~/in-home", &enforced), "x", "in which the next one finds nothing");
	is_str(said_by(t, pack, "echo 1 2>errors >/proc/sys/net/ipv4/ip_forward || echo refused", &enforced), "refused",
		"it cannot change the network");
	test_port_again(t, pack);
	ok(access("p/said", F_OK) < 0 && access("/dev/shm/left", F_OK) < 0, "nothing of it is outside the copy");
	const char *copy = arena_strdup(&a, str_of(path_of(t)));
	sandbox_free(t);
	ok(access(copy, F_OK) < 0, "the copy is removed with what was mounted in it");
}

/* --- a part of it --- */

static const char table[] = "table: copies\n"
			    "rows: {.git: omitted, target: omitted, node_modules: linked}\n";

static void build_subset(void)
{
	mkdir("s", 0755), mkdir("s/src", 0755), mkdir("s/src/node_modules", 0755), mkdir("s/target", 0755);
	mkdir("s/.git", 0755), mkdir("s/lib", 0555), mkdir("s/src/below", 0755);
	put("s/src/a.js", "a"), put("s/src/b.js", "b"), put("s/src/node_modules/m.js", "m"), put("s/.git/HEAD", "h");
	put("s/target/t.js", "t"), put("s/target/u.js", "u"), put("s/src/below/c.js", "c");
	chmod("s/src/a.js", 0444);
	link_to("a.js", "s/src/link.js");
	link_to("/etc", "s/etc");
	put("s/node_modules", "no folder");
}

static struct sandbox *subset_copied(const struct pack *pack, struct str file, size_t files)
{
	struct sandbox_subset subset = { pack_table(pack, "copies"), &file, 1 };
	struct sandbox_options o = { .root = "s", .limits = { .bytes = 1 << 30, .files = files }, .subset = &subset };

	return sandbox_new(&o, &err);
}

static void test_subset(const struct pack *pack)
{
	struct sandbox *t = subset_copied(pack, STR("src/a.js"), 0);
	const char *copy = path_of(t);
	struct stat st;

	is_str(get(in(copy, "src/a.js")), "a", "a subset holds the files");
	is_str(get(in(copy, "src/below/c.js")), "c", "of all folders");
	ok(stat(in(copy, "src/a.js"), &st) == 0 && (st.st_mode & 07777) == 0644 && stat(in(copy, "lib"), &st) == 0 &&
			(st.st_mode & 07777) == 0755,
		"which the owner may write, also where the project's are read-only");
	ok(access(in(copy, ".git"), F_OK) < 0 && access(in(copy, "target"), F_OK) < 0,
		"what is to be left out is not there");
	ok(lstat(in(copy, "etc"), &st) < 0 && lstat(in(copy, "src/link.js"), &st) < 0, "nor a symlink");
	is_str(link_of(in(copy, "src/node_modules")), in(base, "s/src/node_modules"), "a folder is linked");
	ok(lstat(in(copy, "node_modules"), &st) < 0, "a file of that name is not");
	sandbox_free(t);
	is_str(get("s/src/node_modules/m.js"), "m", "what was linked to stays");
	t = subset_copied(pack, STR("target/t.js"), 0);
	is_str(get(in(path_of(t), "target/u.js")), "u", "the folder of a file that is asked for is there in any case");
	is_str(get(in(path_of(t), "src/b.js")), "b", "besides all the others");
	sandbox_free(t);
	ok(!subset_copied(pack, STR("src/node_modules/m.js"), 0), "a file in a linked folder is refused");
	t = subset_copied(pack, STR("src/new.js"), 0);
	ok(t && access(in(path_of(t), "src/b.js"), F_OK) == 0, "a file that is to be made need not be there");
	sandbox_free(t);
	t = subset_copied(pack, STR("later/new.js"), 0);
	ok(t != NULL, "nor its folder");
	sandbox_free(t);
}

static void test_subset_too_large(const struct pack *pack)
{
	struct sandbox *t = subset_copied(pack, STR("src/a.js"), 3);

	if (!ok(t != NULL, "where all of it is too much, a part of it is copied")) {
		printf("# %s\n", err.text);
		return;
	}
	const char *copy = path_of(t);
	ok(access(in(copy, "src/b.js"), F_OK) == 0 && access(in(copy, "src/below"), F_OK) < 0 &&
			access(in(copy, "lib"), F_OK) < 0,
		"the files beside those that are asked for, and nothing else");
	is_str(link_of(in(copy, "src/node_modules")), in(base, "s/src/node_modules"), "with what is linked");
	sandbox_free(t);
	ok(!subset_copied(pack, STR("src/a.js"), 1) && err.status == HEAL_REFUSED,
		"where that is too much, it is refused");
	printf("# %s\n", err.text);
	is_int((long long)entries("tmp"), 0, "and nothing is left over");
}

static void clean(void)
{
	execlp("rm", "rm", "-rf", base, (char *)NULL);
	_exit(127);
}

int main(void)
{
	umask(022);
	if (!mkdtemp(base) || chdir(base) < 0 || mkdir("tmp", 0755) < 0)
		return 1;
	setenv("TMPDIR", in(base, "tmp"), 1);
	build();
	struct sandbox *t = copied("p", NULL);
	if (!ok(t != NULL, "a copy is made")) {
		printf("# %s\n", err.text);
		return 1;
	}
	test_copy(path_of(t));
	test_free(t);
	test_limits();
	test_sweep();
	test_inside();
	test_second_name();
	test_unread();
	test_mount();
	test_time();
	test_write();
	test_view();
	test_run();
	struct pack *pack = pack_of(table);
	test_watch(pack);
	test_confined_again(pack);
	build_subset();
	test_subset(pack);
	test_subset_too_large(pack);
	pack_free(pack);
	chmod("p/ro", 0755);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0)
		clean();
	waitpid(pid, NULL, 0);
	arena_free(&a);
	return tap_end();
}
