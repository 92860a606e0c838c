/* quality.h - a rating of how complete a project is, from 0 to 100, and the deductions
 *
 * The deductions from 100 are, with m missing files that other files refer to and p placeholders:
 *
 *     missing files   20 m / (m + 2)
 *     placeholders    15 p / (p + 3)
 *     tests           30 if one fails, 20 if there are none, 15 if they cannot be run
 *     build           25 if a file does not parse or compile, 10 if that is unknown
 *     documentation   10 if there is none
 *
 * So each further missing file or placeholder lowers the rating, up to 1000 of each, and it is always above 0. */
#ifndef HEAL_HEALTH_QUALITY_H
#define HEAL_HEALTH_QUALITY_H

#include "record/record.h"
#include "rules/pack.h"
#include "tree/source_tree.h"

enum quality_state { STATE_GOOD, STATE_UNKNOWN, STATE_ABSENT, STATE_BAD };
enum { QUALITY_LOW = 70 };

struct quality_facts {
	struct str_list missing, placeholders; /* FILE:LINE: NAME and FILE:LINE */
	enum quality_state tests, build;       /* build: never absent */
	bool documented;
	size_t left_out; /* files that could not be read */
};

/* Examine the project's files until the deadline, as seconds_now.  `tests` is set to STATE_ABSENT or STATE_UNKNOWN,
 * `build` to STATE_GOOD; the results of checks replace both. */
void quality_look(struct arena *a, const struct pack *pack, struct source_tree *view, const struct str_list *files,
	double deadline, struct quality_facts *out);
void quality_of(struct arena *a, const struct quality_facts *f, struct quality *out);

#endif
