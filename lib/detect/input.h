/* input.h - a file, standard input or what heal-open makes of it, fed to a detector */
#ifndef HEAL_INPUT_H
#define HEAL_INPUT_H

#include "detector.h"

/* name: a path, a URL, or "-".  Compressed files, archives and URLs are opened by the helper
 * heal-open; plain ones are read directly.  What was read before a failure has been fed. */
bool input_read(const char *name, struct detector *d, struct err *err);

#endif
