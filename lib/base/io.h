/* io.h - read and write whole files, with size limits */
#ifndef HEAL_BASE_IO_H
#define HEAL_BASE_IO_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

/* Read a regular file into the arena, NUL-terminated.  It is an error if the file is larger than max bytes or not
 * regular. */
bool file_read(struct arena *a, const char *path, size_t max, struct str *out, struct err *err);
/* The same for an open fd of any kind, from its present offset to its end. */
bool fd_read(struct arena *a, int fd, size_t max, struct str *out, struct err *err);
/* Write all of s, retrying short writes and EINTR; false with errno set. */
bool fd_write(int fd, struct str s);
/* Give a small file this content.  It is not emptied first: some file systems would write it to the disk at once. */
bool fd_rewrite(int fd, struct str s);

/* Make path and its missing parents with mode 0700; true if it exists now. */
bool dir_make(const char *path, struct err *err);
bool file_exists(const char *path);
bool is_dir(const char *path);

/* Call before replacing old by a file of n bytes.  Waits less than a second if a cache keyed by size and whole seconds,
 * as Python's of compiled modules, would not notice the change. */
void second_outlast(const struct stat *old, size_t n);

/* Start writeback without waiting, so that syncing many files is faster. */
void fd_write_begin(int fd);
/* Replace path atomically: temporary file in the same directory, fsync, rename.  mode: for a new file. */
bool file_replace(const char *path, struct str content, mode_t mode, struct err *err);

#endif
