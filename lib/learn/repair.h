/* repair.h - one accepted repair: an incident, and the file's text before and after
 *
 * Only repairs that change, insert or delete one line are read; rules are learned from nothing else. */
#ifndef HEAL_LEARN_REPAIR_H
#define HEAL_LEARN_REPAIR_H

#include "learn/parts.h"
#include "rules/pack.h"

struct repair {
	struct str id, project; /* of the incident; an anonymous name of the project */
	struct str rule, code, message, file, time;
	struct str before, after; /* of the file, or of the part of it around the change */
	int64_t line, column;     /* of the error, in `before`; 0: unknown */
	bool guessed;             /* a language model proposed it, and nobody else made it */
};

enum line_change_kind { LINE_EDITED, LINE_INSERTED, LINE_DELETED };

/* Where the changed line is, seen from the line of the error; PLACE_END: a new line at the end of the file, with an
 * error there. */
enum line_place { PLACE_SAME, PLACE_ABOVE, PLACE_NEXT, PLACE_END, PLACE_ELSEWHERE };

/* A repair, aligned.  For an insertion `line` is the line above the new one. */
struct line_change {
	const struct repair *of;
	enum line_change_kind kind;
	enum line_place place;
	int64_t line;
	struct str old, new; /* lines without their newline; p == NULL: there is none */
	struct node language;
	struct parts old_parts, new_parts;
	struct part_change changes[CHANGES_MOST];
	size_t n;
};

/* false: it is not of this kind; *why says so in words. */
bool line_change_read(
	struct arena *a, const struct pack *pack, const struct repair *r, struct line_change *out, const char **why);

#endif
