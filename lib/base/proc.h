/* proc.h - run a program: an argv list, never a shell */
#ifndef HEAL_BASE_PROC_H
#define HEAL_BASE_PROC_H

#include "base/arena.h"
#include "base/diag.h"

struct proc {
	char *const *argv; /* NULL-terminated; argv[0] looked up as by proc_find */
	const char *dir;   /* working directory, or NULL */
	char *const *env;  /* NULL: this process' own */
	struct str input;  /* given on stdin; empty: /dev/null */
	double timeout;    /* seconds, 0: none; then the whole process group is killed */
	size_t max;        /* bytes of output kept (stdout and stderr together), 0: 1 MiB */
	bool as_typed;     /* the user's own command: what is relative in PATH is looked into, too */
	bool split;        /* stderr into err_out instead of mixed with stdout */
};

struct proc_result {
	int status; /* exit status; 128 + signal; 127 not found, 126 not executable */
	bool timed_out;
	bool truncated; /* output beyond max was read and thrown away */
	struct str output, err_output;
	double seconds;
};

/* Runs to the end.  false only when no process could be made; a program that fails is a result.
 * HUP, INT, QUIT and TERM that reach us meanwhile are passed on to it, and act on us when it is gone. */
bool proc_run(struct arena *a, const struct proc *p, struct proc_result *r, struct err *err);

/* Is name (no slash: in PATH) an executable file?  Its path in the arena, or the empty view.  Only absolute folders of
 * PATH are looked into, and what proc_run starts gets no others: with "." among them, a file of the project named
 * like a tool would be run in its place. */
struct str proc_find(struct arena *a, const char *name);

/* A wait status as a shell would give it: exit status, or 128 + signal. */
int proc_status(int wait_status);

/* argv as one line a person can paste, quoted where needed; control bytes made visible. */
struct str argv_show(struct arena *a, char *const *argv);

double seconds_now(void); /* CLOCK_MONOTONIC */

#endif
