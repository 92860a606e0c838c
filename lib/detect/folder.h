/* folder.h - the logs in a folder, one after another */
#ifndef HEAL_DETECT_FOLDER_H
#define HEAL_DETECT_FOLDER_H

#include "detect/input.h"

/* Every regular file below the open directory fd (which is closed), in the order of their names, each named
 * "folder/file".  Symbolic links are not followed, hidden files and what is no text passed over.  false: err says what
 * about the folder itself could not be read. */
bool folder_read(const char *name, int fd, struct detector *d, const struct input_watch *watch, struct err *err);

#endif
