/* runner_tty.h - the terminals of runner.h, and what stands behind a file descriptor */
#ifndef HEAL_EXEC_RUNNER_TTY_H
#define HEAL_EXEC_RUNNER_TTY_H

#include <stdbool.h>

/* A pty with the size and the settings of the terminal `like`, but no output processing.  Both ends are
 * close-on-exec.  false: no pty is to be had. */
bool tty_open(int like, int *master, int *slave);
/* Give a pty the size that the terminal has now; true if that changed it. */
bool tty_resize(int like, int master);
/* Do two open descriptors lead to the same pipe, terminal, socket or file? */
bool same_target(int a, int b);

#endif
