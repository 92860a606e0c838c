/* proc.h - run a program from an argument list, without a shell */
#ifndef HEAL_BASE_PROC_H
#define HEAL_BASE_PROC_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/confinement.h"
#include "base/diag.h"

/* What is said to a program depends on what it answers. */
struct proc_dialogue {
	/* Called first with an empty piece, then with each piece of stdout.  What it adds to `say` is written to stdin;
	 * false: that is all, stdin is closed. */
	bool (*hear)(void *ctx, struct str piece, struct buf *say);
	void *ctx;
};

struct proc {
	char *const *argv; /* NULL-terminated; argv[0] is looked up as by proc_find */
	const char *dir;   /* working directory, or NULL */
	char *const *env;  /* NULL: this process' own */
	bool helper;       /* a program that heal needs itself, not one that the user or a plan runs: see below */
	char *const *also; /* further variables of a helper, each "NAME=value", or NULL */
	struct str input;  /* given on stdin; empty: /dev/null */
	const struct proc_dialogue *dialogue; /* instead of input, or NULL */
	double timeout;                       /* seconds, 0: none; then the whole process group is killed */
	size_t max;                           /* bytes of output kept (stdout and stderr together); 0: 1 MiB */
	bool split;                           /* stderr into err_out instead of mixed with stdout */
	/* Called with stdout as it arrives, unless NULL. */
	void (*got)(void *ctx, struct str piece);
	void *got_ctx;
	/* What it may do; NULL: all that we may.  When a confined program has ended, all that it started is killed. */
	const struct confinement *confinement;
	const char *folder; /* where it may write, with TMPDIR there; NULL: in a directory that is made and removed */
	const char *write;  /* a further directory where it may write, or NULL */
	const char *read;   /* a directory that it may read although it is below the home, or NULL */
	const struct names *overlaid; /* as in confinement.h */
};

struct proc_result {
	int status; /* exit status; 128 + signal; 127 not found, 126 not executable */
	bool timed_out;
	bool truncated; /* output beyond max was discarded */
	struct str output, err_output;
	double seconds;
	unsigned enforced; /* enum enforced (confinement.h) */
};

/* Run a program and wait for it.  False only if no process could be created; r->status is that of the program.
 * HUP, INT, QUIT and TERM are forwarded to it while it runs, and take effect here when it has ended. */
bool proc_run(struct arena *a, const struct proc *p, struct proc_result *r, struct err *err);

/* The path of the executable file `name`, searched in PATH if it has no slash; empty if there is none.  Only absolute
 * directories of PATH are searched, and a program started by proc_run gets only those: with "." in PATH, a file of the
 * project with the name of a tool would be executed instead of it. */
struct str proc_find(struct arena *a, const char *name);

/* A helper is never a program of the project: it is looked for outside the roots given to proc_helpers_avoid, by the
 * path to which links lead, and gets no directory below them in PATH and LD_LIBRARY_PATH.  Of the environment it gets
 * only these two, the user's name, home, temporary directory and locale, and where the user's tools are (*_HOME,
 * *_ROOT): nothing that makes an interpreter, a compiler or git load or run something. */
void proc_helpers_avoid(const char *root);
/* Like proc_find, for a helper. */
struct str proc_find_helper(struct arena *a, const char *name);
/* Is the file that this path leads to below one of these roots? */
bool proc_is_avoided(const char *path);

/* The exit status as in a shell: that of the program, or 128 + signal. */
int proc_status(int wait_status);

/* argv as one line, quoted for a shell where needed, control bytes escaped. */
struct str argv_show(struct arena *a, char *const *argv);

double seconds_now(void); /* CLOCK_MONOTONIC */

#endif
