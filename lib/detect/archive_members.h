/* archive_members.h - what heal-open --members writes, taken apart and fed to a detector
 *
 * Pieces of five bytes and a body: a letter, the length of the body in four bytes (the lowest first).
 *
 *     N name     a member of an archive begins; a text of its own, "archive!name"
 *     D bytes    of the text
 *     B name     a member was passed over: it is no text
 */
#ifndef HEAL_DETECT_ARCHIVE_MEMBERS_H
#define HEAL_DETECT_ARCHIVE_MEMBERS_H

#include "base/buf.h"
#include "detect/input.h"

struct archive_members {
	struct str archive;
	struct detector *d;
	const struct input_watch *watch;
	unsigned char head[5];
	size_t head_n;
	uint32_t left;   /* of the body */
	struct buf name; /* of a member, as it comes */
};

/* archive outlives it. */
void archive_members_init(
	struct archive_members *o, struct str archive, struct detector *d, const struct input_watch *watch);
void archive_members_release(struct archive_members *o);
/* Cut anywhere.  A letter that it does not know is skipped with its body. */
void archive_members_feed(struct archive_members *o, struct str bytes);

#endif
