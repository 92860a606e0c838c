/* settled - undo/settled is a shortcut: an interrupted change is found whatever it says */
#include "tap.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/proc.h"
#include "journal/journal.h"
#include "policy_of.h"

static struct arena a;
static struct err err;
static char base[] = "/tmp/heal-settled-XXXXXX";
static struct tree tree;
static struct built_policy built;

static const char *at(const char *name)
{
	return arena_printf(&a, "%s/%s", tree.path.p, name).p;
}

static void put(const char *name, const char *text)
{
	if (!file_replace(at(name), str_of(text), 0644, &err))
		die(HEAL_REFUSED, "%s", err.text);
}

static bool has(const char *name, const char *text)
{
	struct str s;

	return file_read(&a, at(name), 100, &s, NULL) && str_is(s, text);
}

/* A change of a file from "old" to "new", as plan.c makes it; false: err, or it is not committed. */
static bool change(const char *name, bool commit)
{
	struct change c = {
		.kind = CHANGE_WRITE, .path = str_of(name), .new = STR("new\n"), .mode = 0644, .existed = true
	};

	if (tree_stat(&a, &tree, c.path, &c.before, &err) != 1 ||
		!tree_read(&a, &tree, c.path, &c.old, &c.before, &err))
		return false;
	sha256_of(c.old, c.old_sha);
	sha256_of(c.new, c.new_sha);
	struct journal *j = journal_begin(built.policy, &tree, &c, 1, NULL, &err);
	if (!j || !journal_write(j, &err))
		return false;
	if (!commit)
		_exit(0);
	bool ok = journal_commit(j, &err);
	journal_close(j);
	return ok;
}

/* As after a run that made a fix: the entries are looked at. */
static void count_entries(void)
{
	struct pruned p;

	if (!journal_prune(&(struct prune_limits){ 0 }, &p, &err))
		die(HEAL_REFUSED, "%s", err.text);
}

/* A process that ends before its change is complete. */
static void interrupt(const char *name)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		change(name, false);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	if (status != 0)
		die(HEAL_REFUSED, "the change was not begun");
}

static bool is_recovered(const char *name)
{
	return has(name, "new\n") && journal_recover(built.policy, &tree, NULL, &err) == 1 && has(name, "old\n");
}

static void test(void)
{
	const char *file = arena_printf(&a, "%s/state/heal/undo/settled", base).p;
	static const char *const damaged[] = { "", "x", "no name of an entry, but 36 bytes lon\n",
		"ffffffff-ffff-7fff-bfff-ffffffffffff", "ffffffff-ffff-7fff-bfff-ffffffffffff\nx" };
	bool found = true;

	put("a", "old\n");
	put("b", "old\n");
	interrupt("a");
	ok(change("b", true), "a later change is made");
	count_entries();
	ok(is_recovered("a"), "an interrupted change is found after later ones were counted");
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		interrupt("a");
		file_replace(file, str_of(damaged[i]), 0600, &err);
		found = found && is_recovered("a");
	}
	ok(found, "and when the list of final entries is damaged");
	file_replace(file, STR("ffffffff-ffff-7fff-bfff-ffffffffffff\n"), 0600, &err);
	interrupt("a");
	ok(is_recovered("a"), "and when the clock went back since the last one");
	unlink(file);
	(void)!symlink("/nowhere", file);
	interrupt("a");
	ok(is_recovered("a"), "and when the list is a link");
	unlink(file);
	count_entries();
	ok(journal_recover(built.policy, &tree, NULL, &err) == 0 && file_exists(file),
		"of final ones, nothing is recovered");
}

int main(void)
{
	tool_name = "settled";
	if (!mkdtemp(base))
		die(HEAL_REFUSED, "no temporary folder");
	const char *root = arena_printf(&a, "%s/project", base).p;
	setenv("XDG_STATE_HOME", arena_printf(&a, "%s/state", base).p, 1);
	if (!dir_make(root, &err) || !tree_open(&a, &tree, root, &err))
		die(HEAL_REFUSED, "%s", err.text);
	built = policy_built();
	test();
	tree_close(&tree);
	policy_built_free(&built);
	struct proc_result r;
	const char *const argv[] = { "rm", "-rf", base, NULL };
	struct proc p = { .argv = (char *const *)argv };
	proc_run(&a, &p, &r, &err);
	arena_free(&a);
	return tap_end();
}
