/* input.h - read a log of any kind and feed it to a detector
 *
 *     plain        read directly
 *     compressed   gzip, bzip2, xz, zstd and others: opened by the helper heal-open
 *     archive      tar, zip: the same; each member is a separate text, "logs.zip!build/1.txt"
 *     URL          the same
 *     directory    every regular file in it, in the order of the names; no symbolic links or hidden files
 */
#ifndef HEAL_DETECT_INPUT_H
#define HEAL_DETECT_INPUT_H

#include "detect/detector.h"

/* Callbacks; any of them may be NULL. */
struct input_watch {
	/* Progress: bytes read and total bytes (0: not known), every few hundred KiB. */
	void (*read)(void *ctx, const char *name, uint64_t done, uint64_t size);
	/* More is about to be read, which may have to be waited for. */
	void (*wait)(void *ctx);
	/* A binary file in a directory or archive was skipped. */
	void (*passed_over)(void *ctx, const char *name);
	/* Called with each regular file that is named or in a directory, instead of reading it. */
	void (*file)(void *ctx, const char *name, int fd, bool named);
	/* The bytes of standard input as they are read, still packed if they are.  0, or the errno of what is done with
	 * them; the input is read to its end nevertheless. */
	int (*text)(void *ctx, struct str bytes);
	/* A file in a directory could not be read; the others are still read. */
	void (*failed)(void *ctx, const struct err *err);
	void *ctx;
};

/* name: a path, a URL, or "-".  On failure, the data read until then was fed.  watch may be NULL. */
bool input_read(const char *name, struct detector *d, const struct input_watch *watch, struct err *err);

/* For folder.c: the same for an open file, which is not closed. */
bool input_read_fd(const char *name, int fd, struct detector *d, const struct input_watch *watch, struct err *err);

/* Are these the first bytes of a file that heal-open must open? */
bool is_packed(struct str head);
/* Are these the first bytes of a binary file: NUL bytes, but not UTF-16? */
bool is_binary(struct str head);

#endif
