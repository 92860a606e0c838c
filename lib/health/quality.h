/* quality.h - a project's quality from 0 to 100, and what lowers it
 *
 * From 100 is taken, with m missing files that others name and p placeholders,
 *
 *     missing files   20 m / (m + 2)
 *     placeholders    15 p / (p + 3)
 *     tests           30 if one fails, 20 if there are none, 15 if they cannot be run
 *     build           25 if a file does not parse or compile, 10 if that cannot be found out
 *     documentation   10 if there is none
 *
 * So each thing more that is wrong lowers it, however much is, and it is above 0. */
#ifndef HEAL_HEALTH_QUALITY_H
#define HEAL_HEALTH_QUALITY_H

#include "record/record.h"
#include "rules/pack.h"
#include "tree/source_tree.h"

enum quality_state { STATE_GOOD, STATE_UNKNOWN, STATE_ABSENT, STATE_BAD };
enum { QUALITY_LOW = 70 };

struct quality_facts {
	struct str_list missing, placeholders; /* places, FILE:LINE */
	enum quality_state tests, build;       /* build: never absent */
	bool documented;
	size_t left_out; /* files that were not looked at */
};

/* What the project's files say: tests is STATE_ABSENT or STATE_UNKNOWN, build STATE_GOOD. */
void quality_look(struct arena *a, const struct pack *pack, struct source_tree *view, const struct str_list *files,
	struct quality_facts *out);
void quality_of(struct arena *a, const struct quality_facts *f, struct quality *out);

#endif
