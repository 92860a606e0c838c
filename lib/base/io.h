/* io.h - whole files and file descriptors, with ceilings and without surprises */
#ifndef HEAL_BASE_IO_H
#define HEAL_BASE_IO_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

/* The whole of a regular file, NUL-terminated in the arena.  A file over max bytes, or
 * something that is no regular file, is an error.  false: err says why. */
bool file_read(struct arena *a, const char *path, size_t max, struct str *out, struct err *err);
/* The same for an open fd, from its present offset to its end; any kind of file. */
bool fd_read(struct arena *a, int fd, size_t max, struct str *out, struct err *err);
/* All of s, over short writes and EINTR; false with errno set. */
bool fd_write(int fd, struct str s);

/* path and its missing parents, mode 0700 (state and caches are private); true if it is there now. */
bool dir_make(const char *path, struct err *err);
bool file_exists(const char *path);
bool is_dir(const char *path);

/* Before a file of n bytes takes the place of old: waits, less than a second, while a cache that goes by
 * size and whole seconds (Python's of compiled modules) would take the new one for the old. */
void second_outlast(const struct stat *old, size_t n);

/* Let the disk begin with what was written, without waiting: many files are then synced in one go. */
void fd_write_begin(int fd);
/* Replace path as a whole: temporary in the same directory, fsync, rename.  mode: for a new file. */
bool file_replace(const char *path, struct str content, mode_t mode, struct err *err);

#endif
