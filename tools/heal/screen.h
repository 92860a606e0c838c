/* screen.h - full-screen output for a view that is updated regularly
 *
 * The terminal is restored when the process ends, also by a signal that can be caught, and while it is stopped (^Z). */
#ifndef HEAL_SCREEN_H
#define HEAL_SCREEN_H

#include <stdbool.h>

#include "base/str.h"

/* false: standard input or output is not a terminal. */
bool screen_begin(void);
void screen_end(void);
void screen_size(int *rows, int *columns);
/* Draw the lines of a text: as many as fit; the terminal cuts longer ones. */
void screen_draw(struct str text);
/* Wait for a key for so many whole seconds, or until the size changes.  Returns the key, 0 for none, -1 if the terminal
 * is gone. */
int screen_wait(double seconds);

#endif
