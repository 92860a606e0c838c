/* runner.h - run the user's command transparently and read its output
 *
 * Output.  stdout and stderr of the command remain two streams, which are copied to ours as data arrives; stdin is
 * inherited.  If our stdout and stderr are the same file (a terminal, `2>&1 | tee`), the command gets one file for
 * both, because only this preserves the order of the lines.  The data is then reported as stream 1, and `merged` is
 * set.
 *
 * Terminals.  If our stream is a terminal, the command's is a pty with the same size and settings, but without output
 * processing, so that LF becomes CR LF only once, in the real terminal.  stdin is the real terminal, which remains the
 * controlling one, so ^C, ^Z, passwords from /dev/tty and job control work without raw mode.  The cost: a full-screen
 * program that sets the keyboard mode through its stdout sets that of the pty.  Without ptys, pipes are used.
 *
 * Signals.  The command runs in our process group and receives signals from the keyboard directly.  INT, QUIT, TERM,
 * HUP and TSTP that are sent to us alone, CONT and changes of the window size are forwarded; ignored signals stay
 * ignored. We always wait for the command, and stop when it is stopped by ^Z.
 *
 * Closed reader.  If the reader of our stdout exits (`| head`), the command's stdout is closed, so that it gets
 * SIGPIPE. Another write error is reported in `lost`, and the command continues.
 *
 * Background processes.  After the command has ended, the remaining data in the pipes is read.  If a process that it
 * started keeps them open, we wait until there is no output for 0.5 s, or 2 s in all, and set `left_open`.  If that
 * process writes later, it gets SIGPIPE (EIO from a pty).
 *
 * A file without "#!" is run by /bin/sh, as execvp(3) and shells do; otherwise no shell is involved.  If the command
 * cannot be started, a message as from a shell is written to its stderr and reported to `seen`.
 *
 * fds 0 to 2 must be open (diag.h, stdio_begin).  Changes signal masks, so it is not for programs with threads, and
 * only one runner can run at a time.  Linux only. */
#ifndef HEAL_EXEC_RUNNER_H
#define HEAL_EXEC_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/confinement.h"
#include "base/diag.h"
#include "base/str.h"

struct runner_options {
	char *const *argv;           /* NULL-terminated, at least one; argv[0] is looked up in PATH */
	const char *dir;             /* working directory, or NULL */
	const char *copy, *original; /* not NULL: `copy` is mounted over `original` (mount_namespace.h); dir is a path
					in the original */
	char *const *env;            /* NULL-terminated "NAME=value", added to the environment; or NULL */
	/* What it may do, with its temporary folder; NULL: all that we may.  A confined command has a session of its
	 * own, and what it started is killed at its end. */
	const struct confinement *confinement;
	const char *folder;
	const char *write, *read;     /* as in confinement.h */
	const struct names *overlaid; /* the same */
	struct confined **kept;       /* the same */
	bool through;                 /* copy the output to our stdout and stderr; otherwise only report it to `seen` */
	bool front;     /* our exit status is the command's: if memory runs out, run it to its end without reading its
			   output */
	bool merge;     /* not `through`: one pipe for both, which is reported as stream 1 */
	bool no_input;  /* stdin is /dev/null */
	double timeout; /* seconds, 0: none; then TERM to it and all its descendants, 2 s later KILL */
	/* Called with the output as it arrives, split anywhere; may be NULL. */
	void (*seen)(void *ctx, int fd, struct str bytes); /* fd: 1 or 2 */
	void *ctx;
};

enum runner_start {
	RUNNER_STARTED,
	RUNNER_NOT_FOUND,       /* 127 */
	RUNNER_NOT_EXECUTABLE,  /* 126: no permission, a directory, a foreign binary ... */
	RUNNER_BAD_INTERPRETER, /* 127, or 126 if it is there but not executable */
	RUNNER_NO_NAMESPACE,    /* the copy cannot be mounted over the original; nothing was started */
};

struct runner_result {
	int status;      /* as in a shell: exit status; 128 + signal; 126, 127 */
	int signalled;   /* the signal that ended it, or 0 */
	int interrupted; /* the last of INT, QUIT, TERM, HUP received while it ran, or 0 */
	int lost;        /* errno of a failed write, after which output was not copied */
	bool timed_out;
	bool merged;    /* both streams are one, reported as 1 */
	bool left_open; /* a process that it started still has its output open */
	/* A confined command was killed: it started more processes than the profile permits, or filled the disk. */
	enum runner_stop { RUNNER_NOT_STOPPED, RUNNER_PROCESSES, RUNNER_SPACE } stopped;
	unsigned enforced; /* enum enforced (confinement.h) */
	enum runner_start start;
	double seconds;      /* from the start to its end */
	int64_t peak_memory; /* bytes, of the largest of its processes (ru_maxrss); 0: not known */
};

/* Run the command to its end.  0: the result is set, whatever its status; -1: it was not run (no process or pipe
 * available: HEAL_REFUSED; no such dir: HEAL_WRONG).  Leaves no fd and no zombie.  A signal that interrupts it is noted
 * (diag.h). */
int runner_run(const struct runner_options *o, struct runner_result *r, struct err *err);

#endif
