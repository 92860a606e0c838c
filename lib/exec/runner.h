/* runner.h - run the user's command once, seen by the user as if heal were not there, and read it meanwhile
 *
 * Output.  stdout and stderr of the command stay two streams and reach ours as they arrive; stdin is
 * inherited, so the command may ask its questions.  Where our stdout and our stderr are one and the same
 * thing (a terminal, `2>&1 | tee`), the command gets one thing for both too: only so is the order of its
 * lines exact.  The bytes are then reported as stream 1, and `merged` is set.
 *
 * Terminals.  Where our stream is a terminal the command's is one too: a pty without output processing,
 * of the same size and settings.  So the bytes are seen as the command wrote them, and the real terminal
 * makes CR LF of LF once.  stdin stays the real terminal, which remains the controlling one: no raw mode,
 * ^C, ^Z, passwords from /dev/tty and job control work by themselves.  The price: a full-screen program
 * that sets the keyboard's mode through its stdout sets the pty's.  Without ptys: pipes.
 *
 * Signals.  The command runs in our process group, so what the keyboard sends reaches it directly.  INT,
 * QUIT, TERM, HUP and TSTP that were sent to us alone are passed on, CONT and a new window size too; what is
 * ignored stays ignored.  We wait for the command whatever came, and stop when it is stopped by ^Z.
 *
 * A closed reader.  When nobody reads our stdout any more (`| head`), the command's stdout is closed, so it
 * gets its SIGPIPE; another error of ours is told in `lost`, and the command runs on.
 *
 * Background processes.  After the command's end what is left in the pipes is read; a process that it left
 * behind and that keeps them open is waited for until 0.5 s pass in silence, or 2 s in all, and then
 * `left_open` is set.  If that process writes later, it gets SIGPIPE (EIO from a pty).
 *
 * A file without "#!" is given to /bin/sh, as execvp(3) and every shell do; otherwise no shell is involved.
 * What could not be started is explained on the command's stderr, in the words of a shell, and reported
 * to `seen` like all its output.
 *
 * fds 0 to 2 are open (diag.h, stdio_begin).  One at a time: not for programs with threads (signal masks).  Linux. */
#ifndef HEAL_EXEC_RUNNER_H
#define HEAL_EXEC_RUNNER_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/str.h"

struct runner_options {
	char *const *argv;           /* NULL-terminated, at least one; argv[0] is looked up in PATH */
	const char *dir;             /* working directory, or NULL */
	const char *copy, *original; /* not NULL: `copy` stands in for `original` (mount_namespace.h); dir is by its
					original name */
	char *const *env;            /* NULL-terminated "NAME=value", set besides what it inherits; or NULL */
	bool through;                /* pass the bytes to our own stdout and stderr; else two pipes, only seen */
	bool merge;                  /* not `through`: one pipe for both, which is reported as stream 1 */
	bool no_input;               /* stdin is /dev/null */
	double timeout;              /* seconds, 0: none; then TERM to it and all below it, 2 s later KILL */
	/* The bytes of a stream as they come, in pieces cut anywhere; may be NULL. */
	void (*seen)(void *ctx, int fd, struct str bytes); /* fd: 1 or 2 */
	void *ctx;
};

enum runner_start {
	RUNNER_STARTED,
	RUNNER_NOT_FOUND,       /* 127 */
	RUNNER_NOT_EXECUTABLE,  /* 126: no permission, a directory, a foreign binary ... */
	RUNNER_BAD_INTERPRETER, /* 127, or 126 if it is there but not executable */
	RUNNER_NO_NAMESPACE,    /* the system does not let the copy stand in for the original; nothing was started */
};

struct runner_result {
	int status;      /* as a shell gives it: exit status; 128 + signal; 126, 127 */
	int signalled;   /* the signal that ended it, or 0 */
	int interrupted; /* the last of INT, QUIT, TERM, HUP that reached us meanwhile, or 0 */
	int lost;        /* errno of a write of ours after which output was seen but not passed on */
	bool timed_out;
	bool merged;    /* both streams were one and came as 1 */
	bool left_open; /* something that it left behind still holds its output */
	enum runner_start start;
	double seconds; /* from the start to its end */
};

/* Run to the end.  0: the result is filled, whatever became of the command; -1: nothing was run (no
 * process or pipe to be had: HEAL_REFUSED; no such dir: HEAL_WRONG).  No fd and no zombie stays. */
int runner_run(const struct runner_options *o, struct runner_result *r, struct err *err);

#endif
