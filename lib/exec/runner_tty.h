/* runner_tty.h - pseudo-terminals for runner.h */
#ifndef HEAL_EXEC_RUNNER_TTY_H
#define HEAL_EXEC_RUNNER_TTY_H

#include <stdbool.h>

/* Open a pty with the size and settings of the terminal `like`, but without output processing.  Both ends are
 * close-on-exec.  false: no pty is available. */
bool tty_open(int like, int *master, int *slave);
/* Set a pty's size to that of the terminal; true if it changed. */
bool tty_resize(int like, int master);
/* Do two descriptors refer to the same pipe, terminal, socket or file? */
bool same_target(int a, int b);

#endif
