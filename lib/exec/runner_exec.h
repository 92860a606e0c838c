/* runner_exec.h - the child's side of runner.h: become the command, or say why not, as a shell would */
#ifndef HEAL_EXEC_RUNNER_EXEC_H
#define HEAL_EXEC_RUNNER_EXEC_H

struct exec_request {
	char *const *argv;
	char *const *env;        /* all of it */
	const char **with_shell; /* room for argv and two more */
	int report;
};

/* Never returns, and writes to no memory but its stack and with_shell: the child may have ours (vfork).
 * A failure is one line on fd 2, one byte (enum runner_start) on fd report, and the exit status 126 or 127. */
__attribute__((noreturn)) void exec_command(const struct exec_request *c);

#endif
