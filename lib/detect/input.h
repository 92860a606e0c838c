/* input.h - a log, whatever holds it, fed to a detector
 *
 *     plain      read directly
 *     packed     gzip, bzip2, xz, zstd and others: opened by the helper heal-open
 *     archive    tar, zip: the same; each member is a text of its own, "logs.zip!build/1.txt"
 *     URL        the same
 *     folder     every regular file in it, in the order of their names; no symbolic link, no hidden file
 */
#ifndef HEAL_DETECT_INPUT_H
#define HEAL_DETECT_INPUT_H

#include "detect/detector.h"

/* Who wants to hear of the reading; any of them may be NULL. */
struct input_watch {
	/* So many bytes of so many were read (0: not known), every some hundred KiB. */
	void (*read)(void *ctx, const char *name, uint64_t done, uint64_t size);
	/* A file in a folder, or a member of an archive, is no text and was passed over. */
	void (*passed_over)(void *ctx, const char *name);
	/* A file in a folder could not be read; the others are. */
	void (*failed)(void *ctx, const struct err *err);
	void *ctx;
};

/* name: a path, a URL, or "-".  What was read before a failure has been fed.  watch may be NULL. */
bool input_read(const char *name, struct detector *d, const struct input_watch *watch, struct err *err);

/* For folder.c: the same for a file that is open; it stays open. */
bool input_read_fd(const char *name, int fd, struct detector *d, const struct input_watch *watch, struct err *err);

/* Bytes that only heal-open makes text of. */
bool is_packed(struct str head);
/* The first bytes of something that is no text: they hold NUL, and are no UTF-16. */
bool is_binary(struct str head);

#endif
