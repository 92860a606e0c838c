/* folder.h - read the logs in a directory */
#ifndef HEAL_DETECT_FOLDER_H
#define HEAL_DETECT_FOLDER_H

#include "detect/input.h"

/* Read every regular file below the open directory fd, which is then closed, in the order of the names, each with the
 * name "directory/file".  Symbolic links, hidden files and binary files are skipped.  false: the directory itself could
 * not be read. */
bool folder_read(const char *name, int fd, struct detector *d, const struct input_watch *watch, struct err *err);

#endif
