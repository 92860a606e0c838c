/* proc.h - run a program from an argument list, without a shell */
#ifndef HEAL_BASE_PROC_H
#define HEAL_BASE_PROC_H

#include "base/arena.h"
#include "base/diag.h"

struct proc {
	char *const *argv; /* NULL-terminated; argv[0] is looked up as by proc_find */
	const char *dir;   /* working directory, or NULL */
	char *const *env;  /* NULL: this process' own */
	struct str input;  /* given on stdin; empty: /dev/null */
	double timeout;    /* seconds, 0: none; then the whole process group is killed */
	size_t max;        /* bytes of output kept (stdout and stderr together); 0: 1 MiB */
	bool split;        /* stderr into err_out instead of mixed with stdout */
};

struct proc_result {
	int status; /* exit status; 128 + signal; 127 not found, 126 not executable */
	bool timed_out;
	bool truncated; /* output beyond max was discarded */
	struct str output, err_output;
	double seconds;
};

/* Run a program and wait for it.  False only if no process could be created; r->status is that of the program.
 * HUP, INT, QUIT and TERM are forwarded to it while it runs, and take effect here when it has ended. */
bool proc_run(struct arena *a, const struct proc *p, struct proc_result *r, struct err *err);

/* The path of the executable file `name`, searched in PATH if it has no slash; empty if there is none.  Only absolute
 * directories of PATH are searched, and a program started by proc_run gets only those: with "." in PATH, a file of the
 * project with the name of a tool would be executed instead of it. */
struct str proc_find(struct arena *a, const char *name);

/* The exit status as in a shell: that of the program, or 128 + signal. */
int proc_status(int wait_status);

/* argv as one line, quoted for a shell where needed, control bytes escaped. */
struct str argv_show(struct arena *a, char *const *argv);

double seconds_now(void); /* CLOCK_MONOTONIC */

#endif
