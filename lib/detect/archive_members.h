/* archive_members.h - parse the output of heal-open --members and feed it to a detector
 *
 * A piece is a letter, the length of the body in four bytes (little-endian), and the body.
 *
 *     N name     start of an archive member, which is a separate text, "archive!name"
 *     D bytes    of the text
 *     B name     a binary member, skipped
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
	struct buf name; /* of a member, while incomplete */
};

/* The archive must outlive it. */
void archive_members_init(
	struct archive_members *o, struct str archive, struct detector *d, const struct input_watch *watch);
void archive_members_release(struct archive_members *o);
/* Feed bytes, split anywhere.  A piece with an unknown letter is skipped. */
void archive_members_feed(struct archive_members *o, struct str bytes);

#endif
