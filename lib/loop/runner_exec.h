/* runner_exec.h - the child's side of runner.h: become the command, or say why not, as a shell would */
#ifndef HEAL_RUNNER_EXEC_H
#define HEAL_RUNNER_EXEC_H

/* Never returns.  A failure is one line on fd 2, one byte (enum runner_start) on fd report, and the
 * exit status 126 or 127. */
__attribute__((noreturn))
void exec_command(char *const *argv, int report);

#endif
