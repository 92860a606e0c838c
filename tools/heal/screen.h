/* screen.h - the whole terminal, for a view that is drawn again and again
 *
 * However the process ends, by a signal, too, the terminal is as it was before.  A stop (^Z) gives it back until the
 * process continues. */
#ifndef HEAL_SCREEN_H
#define HEAL_SCREEN_H

#include <stdbool.h>

#include "base/str.h"

/* false: standard input or output is no terminal. */
bool screen_begin(void);
void screen_end(void);
void screen_size(int *rows, int *columns);
/* Draw the lines of a text: as many as fit; the terminal cuts longer ones. */
void screen_draw(struct str text);
/* Wait so many whole seconds, or less if the size changes.  The key that was pressed; 0: none; -1: the terminal is
 * gone. */
int screen_wait(double seconds);

#endif
