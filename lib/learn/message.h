/* message.h - the fixed words of an error message, and what varies in it
 *
 * What is quoted, a number, a path, or a word of the changed line may vary: it is a slot.  The rest is the tool's
 * text.  Quoted signs, as in "expected ';'", belong to the text. */
#ifndef HEAL_LEARN_MESSAGE_H
#define HEAL_LEARN_MESSAGE_H

#include "learn/repair.h"

struct segment {
	struct str text;
	bool slot;
	struct str close; /* of a quoted one, the mark that ends it; p == NULL: not quoted */
};

struct message {
	struct segment *at;
	size_t n;
	struct str key; /* the text with each slot as one byte 1: equal for messages of one shape */
};

struct message message_of(struct arena *a, const struct line_change *c);

/* Is it one of the language's keywords or other words, or a word that is too short to be a name? */
bool word_is_general(struct node language, struct str word);

#endif
