/* faults.c - faults SHIM: each system call of a fix that changes state made to fail, in every way
 *
 * For each scenario a first run counts the calls.  Then, for each call and each kind of fault (fault.h), in a project
 * of its own:
 *
 *   1. the fix runs, with the fault.  Status 0 means that the project is wholly changed; any other but HEAL_BROKEN that
 *      it is as it was; HEAL_BROKEN that it is not
 *   2. the next start of heal recovers.  The project is wholly changed or as it was
 *   3. what is changed is undone.  The project is as it was: bytes, modes, owners, times, extended attributes, links
 *
 * A line of TAP is a scenario, with the number of its points: the faults that occurred. */
#include "tap.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/proc.h"
#include "fault.h"
#include "fix/apply.h"
#include "fix/fix.h"
#include "journal/journal.h"
#include "policy_of.h"
#include "project.h"

struct arena a;
static struct built_policy built;
static fault_arm_fn *arm;
static struct fault_log *faults;
static char base[] = "/tmp/heal-faults-XXXXXX";
char top[200];

/* ---- the scenarios ---- */

/* A record with one solution. */
static struct record record_of(const char *steps)
{
	struct record r;
	struct err err;
	struct str line = arena_printf(&a,
		"{\"heal\":1,\"kind\":\"incident\",\"id\":\"x\",\"error\":{\"rule\":\"r\",\"level\":\"error\","
		"\"message\":"
		"\"m\"},\"analysis\":{\"by\":\"rule\"},\"solutions\":[{\"id\":\"s\",\"applicability\":\"machine\","
		"\"confidence\":0.99,\"steps\":[%s]}]}",
		steps);

	if (!record_parse(&a, line, &r, &err))
		die(HEAL_WRONG, "%s", err.text);
	return r;
}

static struct fixer *fixer_here(void)
{
	struct err err;
	struct fixer_options o = {
		.root = at("project"), .pack = built.pack, .config = built.config, .consent = CONSENT_YES
	};
	struct fixer *f = fixer_new(&o, &err);

	if (!f)
		die(err.status, "%s", err.text);
	return f;
}

/* As heal-fix --apply --yes does it; the recovery included. */
static int fix(const char *steps)
{
	struct fixer *f = fixer_here();
	struct record r = record_of(steps);
	int status = fixer_record(f, &r) ? (r.fix.status == FIX_APPLIED ? HEAL_OK : HEAL_PERSON) : (int)fixer_status(f);

	if (getenv("HEAL_FAULTS_VERBOSE"))
		printf("# status %d: %.*s\n", status, STR_ARG(r.fix.reason));
	fixer_free(f);
	return status;
}

#define EDIT(file, line, column, text)                                                              \
	"{\"do\":\"edit\",\"file\":\"" file "\",\"edits\":[{\"line\":" #line ",\"column\":" #column \
	",\"end_line\":" #line ",\"end_column\":" #column ",\"text\":\"" text "\"}]}"
#define ONE EDIT("a.c", 3, 10, ";")
#define THREE ONE "," EDIT("b.c", 2, 7, ";") "," EDIT("linked.c", 2, 7, ";")
#define MAKE "{\"do\":\"create\",\"file\":\"new/deep/er/file.h\",\"text\":\"int made;\\n\"}"
#define MODE                                                                                                        \
	"{\"do\":\"mode\",\"file\":\"run.sh\",\"mode\":\"+x\"},{\"do\":\"mode\",\"file\":\"linked.c\",\"mode\":\"+" \
	"x\"}"
#define ALL THREE "," MAKE ",{\"do\":\"mode\",\"file\":\"run.sh\",\"mode\":\"+x\"}"
#define INSTALL "{\"do\":\"run\",\"argv\":[\"npm\",\"install\",\"left-pad\"]}," ONE

static int edit_one(void)
{
	return fix(ONE);
}

static int edit_three(void)
{
	return fix(THREE);
}

static int create(void)
{
	return fix(MAKE);
}

static int mode(void)
{
	return fix(MODE);
}

static int all_kinds(void)
{
	return fix(ALL);
}

static int install(void)
{
	return fix(INSTALL);
}

/* No step deletes a file, but the journal does. */
static int delete_two(void)
{
	static const char *const names[] = { "b.c", "linked.c" };
	struct change c[2] = { 0 };
	struct tree t;
	struct err err;
	struct applied applied;

	if (!tree_open(&a, &t, at("project"), &err))
		return err.status;
	for (int i = 0; i < 2; i++) {
		c[i] = (struct change){ .kind = CHANGE_DELETE, .path = str_of(names[i]), .existed = true };
		if (!tree_read(&a, &t, c[i].path, &c[i].old, &c[i].before, &err))
			return err.status;
		c[i].mode = c[i].before.st_mode & 07777;
		sha256_of(c[i].old, c[i].old_sha);
	}
	struct plan plan = { .a = &a, .tree = &t, .changes = c, .n = 2 };
	bool done = plan_apply(&plan, built.policy, NULL, 60, &applied, &err);
	tree_close(&t);
	return done ? HEAL_OK : (int)err.status;
}

/* The newest entry that is not undone. */
static const char *newest(void)
{
	struct journal_entry *e;
	struct err err;
	size_t n;

	if (journal_list(&a, STR_NONE, &e, &n, &err))
		for (size_t i = 0; i < n; i++)
			if (!str_is(e[i].state, "undone"))
				return e[i].name.p;
	return NULL;
}

static int undo_how(unsigned how)
{
	struct err err = { 0 };
	const char *name = newest();

	if (name && journal_undo(built.policy, name, how, NULL, &err))
		return HEAL_OK;
	if (getenv("HEAL_FAULTS_VERBOSE"))
		printf("# status %d: %s\n", err.status, err.text);
	return name ? (int)err.status : HEAL_WRONG;
}

static int undo(void)
{
	return undo_how(UNDO_COMMANDS);
}

static int undo_forced(void)
{
	return undo_how(UNDO_FORCE | UNDO_COMMANDS);
}

static int recover(void)
{
	struct err err = { 0 };
	struct tree t;
	int done = -1;

	if (tree_open(&a, &t, at("project"), &err)) {
		done = journal_recover(built.policy, &t, NULL, &err);
		tree_close(&t);
	}
	return done >= 0 ? HEAL_OK : (int)err.status;
}

/* Run in a process of its own, with a fault; the wait status. */
static int run_apart(int (*act)(void), long number, enum fault_kind kind)
{
	int status, other;

	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		arm(faults, number, kind);
		int got = act();
		arm(NULL, -1, FAULT_NONE);
		fflush(stdout);
		_exit(got);
	}
	waitpid(pid, &status, 0);
	while (waitpid(-1, &other, 0) > 0) { /* commands that outlive it: this process is their reaper */
	}
	return status;
}

static bool clean_run(int (*act)(void))
{
	struct fault_log *kept = faults;

	faults = NULL;
	int status = run_apart(act, -1, FAULT_NONE);
	faults = kept;
	return WIFEXITED(status) && WEXITSTATUS(status) == HEAL_OK;
}

/* Kill it after that call: is the first of its files new now, and the last? */
static void interrupt_at(long number, bool *first, bool *last)
{
	struct str text = STR("");
	struct stat st = { 0 };

	memset(faults, 0, sizeof(*faults));
	run_apart(all_kinds, number, FAULT_KILL_AFTER);
	file_read(&a, at("project/a.c"), 1000, &text, NULL);
	stat(at("project/run.sh"), &st);
	*first = str_find(text, STR("0;")) < text.n;
	*last = st.st_mode & 0100;
}

/* The first call after which the first file is new.  Each trial in a new project: the calls keep their numbers. */
static long call_that_renews(void)
{
	long low = -1, high = 20; /* after low it is old, after high new */
	bool first, last;

	for (interrupt_at(high, &first, &last); !first; interrupt_at(high, &first, &last)) {
		low = high;
		high *= 2;
		folder_empty(top);
		project_make();
	}
	while (high - low > 1) {
		long middle = low + (high - low) / 2;
		folder_empty(top);
		project_make();
		interrupt_at(middle, &first, &last);
		if (first)
			high = middle;
		else
			low = middle;
	}
	folder_empty(top);
	project_make();
	return high;
}

static void interrupted_setup(void)
{
	static long between; /* such a call, once it is found */
	bool first, last;

	if (!between)
		between = call_that_renews();
	interrupt_at(between, &first, &last);
	if (!first || last)
		die(HEAL_BROKEN, "no call between two files");
}

static void applied_setup(void)
{
	if (!clean_run(all_kinds))
		die(HEAL_BROKEN, "cannot apply");
}

static void installed_setup(void)
{
	if (!clean_run(install))
		die(HEAL_BROKEN, "cannot install");
}

static const char later[] = "/* written by somebody later */\n";

static void edited_setup(void)
{
	applied_setup();
	int fd = open(at("project/b.c"), O_WRONLY | O_TRUNC);
	if (fd < 0 || !fd_write(fd, str_of(later)))
		die(HEAL_REFUSED, "cannot write");
	close(fd);
}

struct scenario {
	const char *name;
	void (*setup)(void); /* NULL: the project as it is */
	int (*act)(void);
	bool backwards; /* it restores what the setup changed */
	bool edited;    /* a later edit must be somewhere in the end */
	bool commands;  /* it changes packages, too, which are not looked at */
	bool repeated;  /* what fails is tried again at the next start: any status but 0 will do */
};
static const struct scenario scenarios[] = {
	{ .name = "an edit of one file", .act = edit_one },
	{ .name = "an edit of three files, one of them with another name", .act = edit_three },
	{ .name = "a new file in new folders", .act = create },
	{ .name = "two files deleted", .act = delete_two },
	{ .name = "modes changed, one of a file with another name", .act = mode },
	{ .name = "edits, a new file and a mode as one", .act = all_kinds },
	{ .name = "a package installed, and an edit", .act = install },
	{ .name = "undo", .setup = applied_setup, .act = undo, .backwards = true },
	{ .name = "undo --force over a later edit",
		.setup = edited_setup,
		.act = undo_forced,
		.backwards = true,
		.edited = true },
	{ .name = "undo of an installation",
		.setup = installed_setup,
		.act = undo,
		.backwards = true,
		.commands = true },
	{ .name = "recovery", .setup = interrupted_setup, .act = recover, .backwards = true, .repeated = true },
};

/* ---- one point ---- */

struct counts {
	_Atomic long points, losses;
};

/* The states of the project that may be seen. */
struct states {
	struct str before, exactly; /* as at the very beginning, with times; with links, too */
	struct str after;           /* changed */
	struct str start, begun;    /* as the setup left it this time, with times; without */
};

static void begin(const struct scenario *s)
{
	folder_empty(top);
	project_make();
	if (s->setup)
		s->setup();
}

static bool is_before(const struct states *w)
{
	return str_eq(state_of_project(AND_TIMES), w->before);
}

static bool is_after(const struct states *w)
{
	return str_eq(state_of_project(BYTES_AND_MODES), w->after);
}

/* Does the journal or the project have the later edit? */
static bool edit_is_there(void)
{
	struct str text = STR("");
	const char *const argv[] = { "grep", "-rqF", later, top, NULL };
	struct proc p = { .argv = (char *const *)argv };
	struct proc_result r;
	struct err err;

	file_read(&a, at("project/b.c"), 1000, &text, NULL);
	return str_is(text, later) || (proc_run(&a, &p, &r, &err) && r.status == 0);
}

/* NULL: all is well; else what is not. */
static const char *judge(const struct scenario *s, const struct states *w, int status)
{
	int exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	bool before = is_before(w), after = is_after(w);
	bool start = s->backwards && str_eq(state_of_project(AND_TIMES), w->start);

	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		return "it crashed";
	if (exit == HEAL_OK && !(s->backwards ? before : after))
		return "it ended with 0, but not all is done";
	if (exit > HEAL_OK && exit != HEAL_BROKEN && !s->repeated && !(s->backwards ? start || before : before))
		return "it said that nothing was changed, but it was";
	if (exit == HEAL_BROKEN && !s->commands && !s->repeated && (s->backwards ? start : before))
		return "it said that something is broken, but nothing is";
	if (!clean_run(recover) && !s->edited)
		return "recovery failed";
	before = is_before(w);
	after = is_after(w);
	start = s->backwards && str_eq(state_of_project(BYTES_AND_MODES), w->begun);
	if (!before && !after && !start)
		return "after recovery it is neither changed nor as it was";
	if (exit == HEAL_OK && !s->backwards && !after)
		return "recovery took back what was done";
	if (!before && !clean_run(s->edited ? undo_forced : undo))
		return "it cannot be undone";
	if (!str_eq(state_of_project(AND_LINKS), w->exactly))
		return "undo is not exact";
	if (s->edited && !edit_is_there())
		return "the later edit is lost";
	return newest() ? "the journal still has it" : NULL;
}

static const char *const kind_names[] = { "none", "ENOSPC", "EIO", "EACCES", "EINTR", "short write", "killed before",
	"killed after", "ENOSPC from then on", "EIO from then on", "EACCES from then on", "short write, then ENOSPC" };

static void point(const struct scenario *s, struct states w, long number, enum fault_kind kind, const char *name,
	struct counts *c)
{
	begin(s);
	w.start = state_of_project(AND_TIMES);
	memset(faults, 0, sizeof(*faults));
	int status = run_apart(s->act, number, kind);
	if (!faults->fired)
		return;
	c->points++;
	const char *wrong = judge(s, &w, status);
	if (wrong) {
		c->losses++;
		printf("# %s: call %ld, %s: %s (status %x): %s\n", s->name, number, name, kind_names[kind], status,
			wrong);
		if (getenv("HEAL_FAULTS_VERBOSE"))
			printf("%.*s\n----\n%.*s\n", STR_ARG(w.exactly), STR_ARG(state_of_project(AND_LINKS)));
		fflush(stdout);
	}
}

/* Does this kind of fault make sense for that call? */
static bool is_apt(enum fault_kind kind, int what)
{
	switch (kind) {
	case FAULT_SHORT:
	case FAULT_SHORT_ENOSPC:
		return what & CALL_WRITES;
	case FAULT_ENOSPC:
	case FAULT_ENOSPC_LASTING:
		return what & CALL_NEEDS_ROOM;
	case FAULT_EACCES:
	case FAULT_EACCES_LASTING:
		return what & CALL_HAS_NAME;
	default:
		return true;
	}
}

/* A first run, which counts the calls and shows how the project looks afterwards. */
static long measure(const struct scenario *s, struct states *w, struct fault_log *calls)
{
	folder_empty(top);
	project_make();
	w->before = state_of_project(AND_TIMES);
	w->exactly = state_of_project(AND_LINKS);
	if (s->setup)
		s->setup();
	w->begun = state_of_project(BYTES_AND_MODES);
	memset(faults, 0, sizeof(*faults));
	int status = run_apart(s->act, -1, FAULT_NONE);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != HEAL_OK)
		printf("# without a fault it ends with %x\n", status);
	*calls = *faults;
	w->after = state_of_project(BYTES_AND_MODES);
	return WIFEXITED(status) && WEXITSTATUS(status) == HEAL_OK && calls->calls <= FAULT_CALLS_MAX ? calls->calls :
													-1;
}

static long every = 1; /* of so many points, one is tried */

enum { ALL_POINTS = 10000 }; /* at least, without it */

static void work(const struct scenario *s, int worker, int workers, struct counts *c)
{
	static struct fault_log calls;
	struct states w;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	snprintf(top, sizeof(top), "%s/%d", base, worker);
	setenv("XDG_STATE_HOME", at("state"), 1);
	long n = measure(s, &w, &calls), job = 0, chosen = 0;
	if (n < 0)
		c->losses++;
	struct arena keep = a;
	for (long number = 0; number < n; number++) {
		for (int kind = FAULT_ENOSPC; kind < FAULT_KINDS; kind++) {
			if (!is_apt((enum fault_kind)kind, calls.what[number]) || chosen++ % every != 0 ||
				job++ % workers != worker)
				continue;
			a = ARENA_INIT;
			point(s, w, number, (enum fault_kind)kind, calls.name[number], c);
			arena_free(&a);
		}
	}
	a = keep;
	arena_free(&a);
}

static void *shared(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die(HEAL_REFUSED, "no memory");
	return p;
}

static long run_scenario(const struct scenario *s, int workers)
{
	struct counts *c = shared(sizeof(*c));
	char title[200];
	double began = seconds_now();
	int status;

	for (int i = 0; i < workers; i++) {
		fflush(stdout);
		if (fork() == 0) {
			faults = shared(sizeof(*faults));
			work(s, i, workers, c);
			_exit(0);
		}
	}
	for (int i = 0; i < workers; i++)
		if (wait(&status) < 0 || status != 0)
			c->losses++;
	long points = c->points;
	snprintf(title, sizeof(title), "%s: %ld points, %ld losses", s->name, points, (long)c->losses);
	ok(c->losses == 0 && points > 0, title);
	printf("# %.1f seconds\n", seconds_now() - began);
	munmap(c, sizeof(*c));
	return points;
}

/* A package manager that replaces package.json and installs a folder, or takes both back. */
static void fake_npm(void)
{
	static const char script[] = "#!/bin/sh\n"
				     "case $1 in\n"
				     "install)\n"
				     "\techo '{\"dependencies\": {\"left-pad\": \"^2.0.0\"}}' >package.json.new &&\n"
				     "\tmv package.json.new package.json && mkdir -p node_modules/left-pad &&\n"
				     "\techo '{\"version\": \"2.0.0\"}' >node_modules/left-pad/package.json ;;\n"
				     "*) rm -r node_modules ;;\n"
				     "esac\n";
	const char *bin = arena_printf(&a, "%s/bin", base).p, *npm = arena_printf(&a, "%s/npm", bin).p;
	struct err err;

	(void)!mkdir(bin, 0755);
	if (!file_replace(npm, STR(script), 0755, &err) || chmod(npm, 0755) < 0)
		die(err.status, "%s", err.text);
	setenv("PATH", arena_printf(&a, "%s:%s", bin, getenv("PATH")).p, 1);
}

/* Start again with the shim, unless it is there. */
static void load_shim(char **argv)
{
	const char *asan = getenv("ASAN_OPTIONS");

	*(void **)&arm = dlsym(RTLD_DEFAULT, "fault_arm");
	if (!arm && !getenv("LD_PRELOAD")) {
		setenv("LD_PRELOAD", argv[1], 1);
		setenv("ASAN_OPTIONS",
			arena_printf(
				&a, "%s%sverify_asan_link_order=0:detect_leaks=0", asan ? asan : "", asan ? ":" : "")
				.p,
			1);
		execv("/proc/self/exe", argv);
	}
	if (!arm)
		die(HEAL_BROKEN, "cannot load '%s'", argv[1]);
	unsetenv("LD_PRELOAD");
}

int main(int argc, char **argv)
{
	cpu_set_t set;
	long points = 0;
	char total[100];

	tool_name = "faults";
	if (argc < 2)
		die(HEAL_WRONG, "usage: faults SHIM [SCENARIO] (FAULTS_EVERY=N: every N-th point)");
	load_shim(argv);
	if (getenv("FAULTS_EVERY"))
		every = atol(getenv("FAULTS_EVERY"));
	every = every < 1 ? 1 : every;
	if (!mkdtemp(base))
		die(HEAL_REFUSED, "no temporary folder");
	setenv("XDG_CONFIG_HOME", base, 1);
	built = policy_built();
	fake_npm();
	int workers = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		if (argc < 3 || strstr(scenarios[i].name, argv[2]))
			points += run_scenario(&scenarios[i], workers);
	snprintf(total, sizeof(total), "%ld points in all, %ld or more", points, ALL_POINTS / every);
	ok(points >= ALL_POINTS / every || argc > 2, total);
	policy_built_free(&built);
	tree_remove(base);
	arena_free(&a);
	return tap_end();
}
