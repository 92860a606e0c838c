/* The journal under attack: killed at any instant, disk full, files changed under it; and what
 * rooted_path.h must never let through. */
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/proc.h"
#include "journal/journal.h"
#include "policy_of.h"

static struct arena a;
static struct err err;
static char base[] = "/tmp/heal-journal-XXXXXX", root[200];
static struct tree tree;
static struct built_policy built;

static const char *at(const char *name)
{
	return arena_printf(&a, "%s/%s", root, name).p;
}

static void put(const char *name, struct str text, mode_t mode)
{
	const struct timespec old[2] = { { 1000000000, 0 }, { 1000000000, 123456789 } };
	int fd = open(at(name), O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || !fd_write(fd, text) || fchmod(fd, mode) < 0 || futimens(fd, old) < 0)
		die(HEAL_BROKEN, "cannot write %s", name);
	close(fd);
}

static struct str get(const char *name)
{
	struct str s = STR("(absent)");

	file_read(&a, at(name), 1 << 20, &s, NULL);
	return s;
}

/* A change of a file as plan.c makes it. */
static struct change change_of(const char *name, struct str new, mode_t mode)
{
	struct change c = { .kind = CHANGE_WRITE, .path = str_of(name), .new = new, .mode = mode };

	c.existed = tree_stat(&a, &tree, c.path, &c.before, &err) == 1;
	if (c.existed && !tree_read(&a, &tree, c.path, &c.old, &c.before, &err))
		die(HEAL_BROKEN, "%s", err.text);
	if (c.existed)
		sha256_of(c.old, c.old_sha);
	sha256_of(new, c.new_sha);
	return c;
}

static const char *apply(struct change *c, size_t n)
{
	struct journal *j = journal_begin(built.policy, &tree, c, n, NULL, &err);
	const char *name = j ? arena_strdup(&a, str_of(journal_name(j))) : NULL;

	if (!j || !journal_write(j, &err) || !journal_commit(j, &err))
		name = NULL;
	journal_close(j);
	return name;
}

static size_t leftovers(void)
{
	const char *const argv[] = { "find", root, "-name", ".heal-*", NULL };
	struct proc p = { .argv = (char *const *)argv };
	struct proc_result r;

	return proc_run(&a, &p, &r, &err) ? r.output.n : 1;
}

static void there_and_back(void)
{
	struct stat st;

	put("a", STR("one\n"), 0640);
	put("run.sh", STR("#!/bin/sh\n"), 0644);
	struct change c[] = { change_of("a", STR("two\n"), 0640), change_of("sub/dir/new", STR("fresh"), 0644),
		change_of("run.sh", STR("#!/bin/sh\n"), 0755) };
	const char *name = apply(c, 3);
	ok(name, "three changes are applied as one");
	is_str(get("a"), "two\n", "the new bytes are there");
	is_str(get("sub/dir/new"), "fresh", "a new file gets the folders that it needs");
	stat(at("a"), &st);
	is_int(st.st_mode & 07777, 0640, "an edited file keeps its mode");
	stat(at("run.sh"), &st);
	is_int(st.st_mode & 07777, 0755, "a mode is changed");
	is_int((long long)leftovers(), 0, "nothing is left lying about");

	ok(name && journal_undo(built.policy, name, UNDO_CAREFUL, NULL, &err), "undo takes them back");
	is_str(get("a"), "one\n", "the old bytes are back");
	is_str(get("sub/dir/new"), "(absent)", "the new file is gone");
	ok(!file_exists(at("sub")), "and so are the folders that were made for it");
	stat(at("a"), &st);
	ok((st.st_mode & 07777) == 0640 && st.st_mtim.tv_sec == 1000000000 && st.st_mtim.tv_nsec == 123456789,
		"mode and mtime are back to the nanosecond");
	stat(at("run.sh"), &st);
	ok((st.st_mode & 07777) == 0644 && st.st_mtim.tv_nsec == 123456789, "a changed mode is back");
	ok(name && !journal_undo(built.policy, name, UNDO_CAREFUL, NULL, &err) && err.status == HEAL_WRONG,
		"undo happens once");
	ok(!journal_undo(built.policy, "../../x", UNDO_CAREFUL, NULL, &err), "a name that is none is refused");
}

static void edited_since(void)
{
	put("a", STR("one\n"), 0644);
	put("b", STR("eins\n"), 0644);
	struct change c[] = { change_of("a", STR("two\n"), 0644), change_of("b", STR("zwei\n"), 0644) };
	const char *name = apply(c, 2);
	put("b", STR("mine\n"), 0644);
	ok(!journal_undo(built.policy, name, UNDO_CAREFUL, NULL, &err) && err.status == HEAL_PERSON &&
			strstr(err.text, "'b'"),
		"undo refuses over a later edit and names the file");
	is_str(get("a"), "two\n", "and touches none of the others");
	ok(journal_undo(built.policy, name, UNDO_FORCE, NULL, &err), "force does it");
	is_str(get("b"), "eins\n", "the old bytes are back");
	struct str kept = STR("");
	file_read(&a, arena_printf(&a, "%s/state/heal/undo/%s/1.kept", base, name).p, 100, &kept, NULL);
	is_str(kept, "mine\n", "the later edit is kept aside");

	struct change late = change_of("a", STR("three\n"), 0644);
	put("a", STR("somebody else\n"), 0644);
	ok(!apply(&late, 1) && strstr(err.text, "changed in the meantime"),
		"a file that changed since the plan is refused");
	is_str(get("a"), "somebody else\n", "and is not touched");
	struct change fresh = change_of("new", STR("x"), 0644);
	put("new", STR("theirs"), 0644);
	ok(!apply(&fresh, 1), "a new file does not replace one that appeared");
	is_str(get("new"), "theirs", "which stays");
	unlink(at("new"));
}

static void refuse(const char *path, const char *name)
{
	struct str tidy, text;
	struct stat st;

	ok(!tree_name(&a, &tree, str_of(path), &tidy, &err) || tree_is_own(&a, &tree, tidy) ||
			!tree_read(&a, &tree, tidy, &text, &st, &err),
		name);
}

static void beneath(bool old_kernel)
{
	struct str name;

	tree.no_openat2 = old_kernel;
	put("plain", STR("x"), 0644);
	put("suid", STR("x"), 0644);
	(void)!chmod(at("suid"), 04755);
	(void)!symlink("/etc/passwd", at("link"));
	(void)!symlink("plain", at("inner"));
	(void)!symlink("/etc", at("out"));
	(void)!symlink(".", at("here"));
	(void)!mkdir(at(".git"), 0755);
	put(".git/config", STR("x"), 0644);
	(void)!mkfifo(at("pipe"), 0644);
	refuse("../x", "'..' is refused");
	refuse("a/../../x", "'..' in the middle is refused");
	refuse("a/..", "'..' at the end is refused");
	refuse("/etc/passwd", "an absolute name outside is refused");
	refuse("", "no name is refused");
	refuse("plain\n", "a name with a line break is refused");
	refuse("plain/", "a folder's name is refused");
	refuse("link", "a symlink out is refused");
	refuse("inner", "a symlink within is refused");
	refuse("out/passwd", "a folder that is a symlink is refused");
	refuse("here/plain", "a folder that is a symlink within is refused");
	refuse("/proc/self/root/etc/passwd", "a magic link is refused");
	refuse(".git/config", ".git is refused");
	refuse("sub/.GIT/config", ".git is refused in any case and depth");
	refuse(".heal/config.json", "heal's own files are refused");
	refuse("suid", "a setuid file is refused");
	refuse("pipe", "a pipe is refused, without waiting for it");
	refuse(".", "the root is refused");
	ok(tree_name(&a, &tree, str_of(at("plain")), &name, &err) && str_is(name, "plain"),
		"an absolute name below the root is made relative");
	ok(tree_name(&a, &tree, STR("./a//b"), &name, &err) && str_is(name, "a/b"), "a name is tidied");
	struct change c = { .kind = CHANGE_WRITE, .path = STR("out/evil"), .new = STR("x"), .mode = 0644 };
	ok(!apply(&c, 1) && !file_exists("/etc/evil"), "nothing is created through a symlink");
	c.path = STR("out/evil/deep");
	ok(!apply(&c, 1) && !file_exists("/etc/evil"), "nor a folder");
	tree.no_openat2 = false;
}

static void own_state(void)
{
	struct tree wide;
	struct str name = STR_NONE;

	ok(tree_open(&a, &wide, base, &err) && tree_name(&a, &wide, STR("state/heal/trusted"), &name, &err) &&
			tree_is_own(&a, &wide, name),
		"heal's state is its own where the project holds it");
	tree_close(&wide);
}

static void swapped(void)
{
	put("dir1", STR(""), 0644);
	unlink(at("dir1"));
	(void)!mkdir(at("dir1"), 0755);
	put("dir1/f", STR("old"), 0644);
	struct change c = change_of("dir1/f", STR("new"), 0644);
	(void)!rename(at("dir1"), at("dir2"));
	(void)!symlink("dir2", at("dir1"));
	ok(!apply(&c, 1), "a folder that became a symlink is refused");
	is_str(get("dir2/f"), "old", "and what lies after it is not touched");
}

/* Does the other name show what it did? */
static bool same_outside(const char *outside, struct stat before, const char *bytes)
{
	struct stat st;
	struct str s = STR("");

	return stat(outside, &st) == 0 && file_read(&a, outside, 100, &s, NULL) && str_is(s, bytes) &&
		st.st_mode == before.st_mode && st.st_mtim.tv_sec == before.st_mtim.tv_sec &&
		st.st_mtim.tv_nsec == before.st_mtim.tv_nsec && st.st_nlink == before.st_nlink;
}

/* An edit, a mode, a deletion and a command's file, each of a file with another name outside. */
static void hard_link(void)
{
	static const char *const titles[] = { "edited", "given a mode", "deleted", "written by a command" };
	char outside[200];
	struct stat before, now;

	snprintf(outside, sizeof(outside), "%s/outside", base);
	for (int i = 0; i < 4; i++) {
		unlink(at("h"));
		unlink(outside);
		put("h", STR("old"), 0644);
		(void)!link(at("h"), outside);
		stat(outside, &before);
		struct change c = change_of("h", i == 1 ? STR("old") : STR("new"), i == 1 ? 0755 : 0644);
		c.kind = i == 2 ? CHANGE_DELETE : i == 3 ? CHANGE_TOUCH : CHANGE_WRITE;
		struct journal *j = journal_begin(built.policy, &tree, &c, 1, NULL, &err);
		const char *name = j ? arena_strdup(&a, str_of(journal_name(j))) : "";
		bool done = j && journal_write(j, &err);
		if (i == 3) { /* in place, as many tools do */
			int fd = open(at("h"), O_WRONLY | O_TRUNC);
			done = done && fd_write(fd, STR("new")) && fchmod(fd, 0755) == 0;
			close(fd);
		}
		done = done && journal_commit(j, &err);
		journal_close(j);
		ok(done && same_outside(outside, before, "old"),
			arena_printf(&a, "a hard-linked file is %s, its other name stays as it is", titles[i]).p);
		ok(journal_undo(built.policy, name, UNDO_CAREFUL, NULL, &err) && stat(at("h"), &now) == 0 &&
				now.st_ino == before.st_ino && same_outside(outside, before, "old"),
			"undo puts the linked file back");
	}
	struct change c = change_of("h", STR("new"), 0644);
	const char *name = apply(&c, 1);
	int fd = open(outside, O_WRONLY | O_TRUNC);
	(void)!fd_write(fd, STR("theirs"));
	close(fd);
	stat(outside, &before);
	ok(name && journal_undo(built.policy, name, UNDO_CAREFUL, NULL, &err), "where the other name was edited since");
	is_str(get("h"), "old", "undo restores this name");
	before.st_nlink = 1;
	ok(same_outside(outside, before, "theirs"), "and not the other one");
}

static void deleted(void)
{
	put("gone", STR("bytes"), 0640);
	struct change c = change_of("gone", STR(""), 0640);
	c.kind = CHANGE_DELETE;
	const char *name = apply(&c, 1);
	struct stat st;
	ok(name && !file_exists(at("gone")), "a file is deleted");
	ok(journal_undo(built.policy, name, UNDO_CAREFUL, NULL, &err) && stat(at("gone"), &st) == 0 &&
			(st.st_mode & 07777) == 0640 && st.st_mtim.tv_nsec == 123456789,
		"and comes back with mode and time");
	is_str(get("gone"), "bytes", "and with its bytes");
}

/* Far below the root: all folders or none, and undo removes those that heal made. */
static void deep(void)
{
	char path[400] = "d0";

	for (int i = 1; i < 60; i++)
		snprintf(path + strlen(path), sizeof(path) - strlen(path), "/d%d", i);
	(void)!mkdir(at("d0"), 0755);
	const char *file = arena_printf(&a, "%s/f", path).p;
	struct change c = change_of(file, STR("x"), 0644);
	const char *name = apply(&c, 1);
	is_str(get(file), "x", "a file is created 60 folders deep");
	put("d0/d1/mine", STR("m"), 0644);
	ok(name && journal_undo(built.policy, name, UNDO_CAREFUL, NULL, &err), "and taken back");
	ok(!file_exists(at("d0/d1/d2")) && file_exists(at("d0/d1/mine")), "with the folders, but not those in use");
	unlink(at("d0/d1/mine"));
	rmdir(at("d0/d1"));

	/* A name in the way, 40 folders down, after the plan. */
	struct change late = change_of(file, STR("x"), 0644);
	struct journal *j = journal_begin(built.policy, &tree, &late, 1, NULL, &err);
	const char *middle = arena_strdup(&a, str_sub(str_of(path), 0, str_find(str_of(path), STR("/d40"))));
	struct proc_result r;
	const char *const argv[] = { "mkdir", "-p", at(middle), NULL };
	struct proc p = { .argv = (char *const *)argv };
	proc_run(&a, &p, &r, &err);
	put(arena_printf(&a, "%s/d40", middle).p, STR("in the way"), 0644);
	ok(j && !journal_write(j, &err) && err.status != HEAL_BROKEN, "a file in the way of a folder is an error");
	journal_close(j);
	ok(file_exists(at(middle)), "and folders that somebody else made stay");
	const char *const again[] = { "rm", "-r", at("d0"), NULL };
	p.argv = (char *const *)again;
	proc_run(&a, &p, &r, &err);
}

static void commands(void)
{
	put("lock", STR("v1"), 0644);
	struct change c = change_of("lock", STR(""), 0644), made = change_of("made", STR(""), 0644);
	c.kind = made.kind = CHANGE_TOUCH;
	c.new_sha[0] = made.new_sha[0] = '\0';
	struct change both[] = { c, made };
	struct journal *j = journal_begin(built.policy, &tree, both, 2, NULL, &err);
	const char *const argv[] = { "mkdir", "-p", "folder", NULL };
	struct command command;
	ok(policy_command(&a, built.policy, &tree, (char *const *)argv, STR(""), RUN_IN_PLACE, &command, &err) && j &&
			journal_write(j, &err) && journal_run(j, &command, &err),
		"a command is noted first");
	put("lock", STR("v2"), 0644);
	put("made", STR("m"), 0644);
	(void)!mkdir(at("folder"), 0755);
	const char *name = arena_strdup(&a, str_of(journal_name(j)));
	ok(journal_commit(j, &err), "and committed");
	journal_close(j);
	ok(!journal_undo(built.policy, name, UNDO_CAREFUL, NULL, &err) && err.status == HEAL_PERSON &&
			strstr(err.text, "rmdir"),
		"to undo it a person agrees to the command of the way back");
	is_str(get("lock"), "v2", "and without that nothing is changed");
	ok(journal_undo(built.policy, name, UNDO_COMMANDS, NULL, &err), "its files are taken back");
	is_str(get("lock"), "v1", "the one that it changed");
	is_str(get("made"), "(absent)", "the one that it made");
	ok(!file_exists(at("folder")), "and the command of the way back ran");

	j = journal_begin(built.policy, &tree, (struct change[]){ change_of("lock", STR("v3"), 0644) }, 1, NULL, &err);
	ok(j && journal_write(j, &err), "an entry that is closed");
	journal_close(j);
	is_str(get("lock"), "v1", "without a commit is rolled back");
}

static struct str three_old[3], three_new[3];
static const char *const three[] = { "k1", "k2", "deep/k3" };

static const char *apply_three(void)
{
	struct change c[4];

	for (int i = 0; i < 3; i++)
		c[i] = change_of(three[i], three_new[i], 0600);
	c[3] = change_of("fresh/made", STR("made"), 0644);
	return apply(c, 4);
}

static void child_apply(void)
{
	_exit(apply_three() ? 0 : 1);
}

static bool whole(bool *any_old, bool *any_new)
{
	*any_old = *any_new = false;
	for (int i = 0; i < 3; i++) {
		struct str s = get(three[i]);
		bool old = str_eq(s, three_old[i]), new = str_eq(s, three_new[i]);
		if (!old && !new)
			return false;
		*any_old |= old;
		*any_new |= new;
	}
	return true;
}

/* Killed at a random instant, 200 times. */
static void killed(void)
{
	unsigned seed = (unsigned)getpid();
	int torn = 0, mixed = 0, finished = 0, cut = 0, left = 0, bad = 0, halfway = 0;

	(void)!mkdir(at("deep"), 0755);
	for (int i = 0; i < 3; i++) {
		char *o = arena_alloc(&a, 60001), *n = arena_alloc(&a, 60001);
		memset(o, 'o' + i, 60000);
		memset(n, 'A' + i, 60000);
		three_old[i] = (struct str){ o, 60000 };
		three_new[i] = (struct str){ n, 60000 };
	}
	struct arena keep = a;
	a = ARENA_INIT;
	for (int round = 0; round < 200; round++) {
		bool old, new;
		for (int i = 0; i < 3; i++)
			put(three[i], three_old[i], 0600);
		double begin = seconds_now();
		pid_t pid = fork();
		if (pid == 0)
			child_apply();
		/* The first rounds measure how long it takes; the kill falls within that. */
		static double takes = 0.02;
		double wait = takes * (rand_r(&seed) % 1000) / 1000.0;
		int status;
		if (round >= 5) {
			struct timespec t = { 0, (long)(wait * 1e9) };
			nanosleep(&t, NULL);
			kill(pid, SIGKILL);
		}
		waitpid(pid, &status, 0);
		if (round < 5)
			takes = (seconds_now() - begin) * 1.1;
		WIFSIGNALED(status) ? cut++ : finished++;
		torn += !whole(&old, &new);
		halfway += old && new;
		bad += journal_recover(built.policy, &tree, NULL, &err) < 0;
		mixed += !whole(&old, &new) || (old && new) || (new != file_exists(at("fresh/made")));
		left += leftovers() > 0;
		if (new) {
			struct journal_entry *e;
			size_t n;
			bad += !journal_list(&a, STR_NONE, &e, &n, &err) ||
				!journal_undo(built.policy, e[0].name.p, UNDO_CAREFUL, NULL, &err) ||
				!whole(&old, &new) || new;
		}
		arena_reset(&a);
	}
	arena_free(&a);
	a = keep;
	printf("# killed %d times, %d of them between two files; %d finished\n", cut, halfway, finished);
	is_int(torn, 0, "killed at any instant, each file is old or new as a whole");
	is_int(mixed, 0, "after recovery all are old or all are new");
	is_int(left, 0, "nothing is left lying about");
	is_int(bad, 0, "recovery and undo work each time");
	ok(cut > 0, "some rounds were cut short");
}

/* As after a run that made a fix: the entries are looked at, and undo/settled says which are final. */
static void count_entries(void)
{
	struct pruned p;

	if (!journal_prune(&(struct prune_limits){ 0 }, &p, &err))
		die(HEAL_REFUSED, "%s", err.text);
}

/* The same while an applied entry is taken back: recovery must see that it is no longer final. */
static void undo_killed(void)
{
	unsigned seed = (unsigned)getpid();
	int mixed = 0, bad = 0, cut = 0;
	double takes = 0.02;
	struct arena keep = a;

	a = ARENA_INIT;
	for (int round = 0; round < 60; round++) {
		bool old, new;
		int status;
		for (int i = 0; i < 3; i++)
			put(three[i], three_old[i], 0600);
		const char *name = apply_three();
		if (round % 2)
			count_entries(); /* now recovery need not look at it */
		double begin = seconds_now();
		pid_t pid = fork();
		if (pid == 0)
			_exit(name && journal_undo(built.policy, name, UNDO_CAREFUL, NULL, &err) ? 0 : 1);
		struct timespec t = { 0, (long)(takes * (rand_r(&seed) % 1000) * 1e6) };
		if (round >= 3) {
			nanosleep(&t, NULL);
			kill(pid, SIGKILL);
		}
		waitpid(pid, &status, 0);
		if (round < 3)
			takes = (seconds_now() - begin) * 1.1;
		cut += WIFSIGNALED(status);
		bad += !name || journal_recover(built.policy, &tree, NULL, &err) < 0;
		mixed += !whole(&old, &new) || (old && new) || new != file_exists(at("fresh/made")) || leftovers() > 0;
		bad += new &&
			(!journal_undo(built.policy, name, UNDO_CAREFUL, NULL, &err) || !whole(&old, &new) || new);
		arena_reset(&a);
	}
	arena_free(&a);
	a = keep;
	printf("# killed %d times\n", cut);
	is_int(mixed, 0, "killed while it takes back, recovery leaves all old or all new");
	is_int(bad, 0, "and what is not back can be taken back");
	ok(cut > 0, "some rounds of it were cut short");
}

static void crowd(void)
{
	int won = 0, status;

	put("shared", STR("0"), 0644);
	for (int i = 0; i < 8; i++) {
		if (fork() == 0) {
			struct change c = change_of("shared", arena_printf(&a, "by %d", i), 0644);
			_exit(apply(&c, 1) ? 0 : 1);
		}
	}
	while (wait(&status) > 0)
		won += status == 0;
	struct str s = get("shared");
	ok(won >= 1 && str_starts(s, "by ") && s.n == 4, "of heals at one file each is whole or refused");
	is_int((long long)leftovers(), 0, "and nothing is left lying about");
}

/* A project and a state folder on a file system of 64 KiB. */
static void disk_full(void)
{
	char small[200];

	snprintf(small, sizeof(small), "%s/small", base);
	(void)!mkdir(small, 0755);
	if (geteuid() != 0 || mount("none", small, "tmpfs", 0, "size=64k") < 0) {
		tap_skip("a full disk changes nothing", "no right to mount");
		return;
	}
	tree_close(&tree);
	snprintf(root, sizeof(root), "%s", small);
	ok(tree_open(&a, &tree, small, &err), "a small disk");
	put("f", STR("old"), 0644);
	put("g", STR("old"), 0644);
	char *big = arena_alloc(&a, 100001);
	memset(big, 'x', 100000);
	struct change c[] = { change_of("f", STR("new"), 0644), change_of("g", (struct str){ big, 100000 }, 0644) };
	ok(!apply(c, 2), "a full disk refuses");
	is_str(get("f"), "old", "and changes nothing");
	is_str(get("g"), "old", "of any file");
	is_int((long long)leftovers(), 0, "nothing is left lying about");

	setenv("XDG_STATE_HOME", small, 1);
	snprintf(root, sizeof(root), "%s/project", base);
	tree_close(&tree);
	tree_open(&a, &tree, root, &err);
	put("f", (struct str){ big, 100000 }, 0644);
	struct change d = change_of("f", STR("new"), 0644);
	ok(!apply(&d, 1), "no room for the backup: refused");
	is_int((long long)get("f").n, 100000, "and nothing is changed");
	umount(small);
}

static void read_only_folder(void)
{
	if (geteuid() == 0 && fork() == 0) {
		put("f", STR("old"), 0666);
		struct change c = change_of("f", STR("new"), 0666);
		(void)!chmod(root, 0555);
		(void)!chmod(base, 0777);
		setenv("XDG_STATE_HOME", arena_printf(&a, "%s/nobody", base).p, 1);
		_exit(setuid(65534) == 0 && !apply(&c, 1) && str_is(get("f"), "old") ? 0 : 1);
	}
	int status = 1;
	if (geteuid() != 0 || wait(&status) < 0) {
		tap_skip("a read-only folder refuses", "not root");
		return;
	}
	is_int(status, 0, "a read-only folder refuses and nothing changes");
	(void)!chmod(root, 0755);
}

static const char *state_of(const char *name)
{
	struct journal_entry *e;
	size_t n;

	if (journal_list(&a, STR_NONE, &e, &n, &err))
		for (size_t i = 0; i < n; i++)
			if (str_is(e[i].name, name))
				return arena_strdup(&a, e[i].state);
	return "none";
}

/* A process parses a manifest once, and again when it has changed. */
static void listed(void)
{
	put("listed", STR("one\n"), 0644);
	struct change c = change_of("listed", STR("two\n"), 0644);
	const char *name = apply(&c, 1);
	if (!ok(name, "a change is applied"))
		return;
	/* One that was written a moment ago is read each time. */
	nanosleep(&(struct timespec){ .tv_sec = 1, .tv_nsec = 200000000 }, NULL);
	is_str(str_of(state_of(name)), "applied", "it is in the list");
	is_str(str_of(state_of(name)), "applied", "and in the next one");
	struct arena list = ARENA_INIT;
	struct journal_entry *e;
	size_t n = 0;
	journal_list(&list, STR_NONE, &e, &n, &err);
	arena_free(&list);
	journal_list(&list, STR_NONE, &e, &n, &err);
	ok(n && str_is(e[0].paths[0], "listed") && str_eq(e[0].root, tree.path), "it outlives the memory of a list");
	arena_free(&list);

	const char *manifest = arena_printf(&a, "%s/state/heal/undo/%s/manifest.json", base, name).p;
	chmod(manifest, 0666);
	is_str(str_of(state_of(name)), "refused", "one that others can write is refused all the same");
	chmod(manifest, 0600);
	ok(journal_undo(built.policy, name, UNDO_CAREFUL, NULL, &err), "it is undone");
	is_str(str_of(state_of(name)), "undone", "and the list says so");
	unlink(manifest);
	is_str(str_of(state_of(name)), "none", "without its manifest it is not listed");
}

int main(void)
{
	tool_name = "journal";
	if (!mkdtemp(base))
		die(HEAL_REFUSED, "no temporary folder");
	snprintf(root, sizeof(root), "%s/project", base);
	(void)!mkdir(root, 0755);
	setenv("XDG_STATE_HOME", arena_printf(&a, "%s/state", base).p, 1);
	if (!tree_open(&a, &tree, root, &err))
		die(HEAL_REFUSED, "%s", err.text);
	built = policy_built();
	there_and_back();
	edited_since();
	beneath(false);
	beneath(true);
	own_state();
	swapped();
	hard_link();
	deleted();
	listed();
	deep();
	commands();
	killed();
	undo_killed();
	crowd();
	read_only_folder();
	disk_full();
	tree_close(&tree);
	policy_built_free(&built);
	struct proc_result r;
	const char *const argv[] = { "rm", "-rf", base, NULL };
	struct proc p = { .argv = (char *const *)argv };
	proc_run(&a, &p, &r, &err);
	arena_free(&a);
	return tap_end();
}
