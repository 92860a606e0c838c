/* runner_exec.h - exec the command in the child, or print the reason for a failure as a shell does */
#ifndef HEAL_EXEC_RUNNER_EXEC_H
#define HEAL_EXEC_RUNNER_EXEC_H

struct exec_request {
	char *const *argv;
	char *const *env;        /* the complete environment */
	const char **with_shell; /* room for argv and two more elements */
	int report;
};

/* Never returns.  Writes only to its stack and with_shell, because after vfork the memory is the parent's.  On failure:
 * one line on fd 2, one byte (enum runner_start) on fd report, and exit status 126 or 127. */
__attribute__((noreturn)) void exec_command(const struct exec_request *c);

#endif
