/* lookup.h - the `let` of causes and solutions: values found in the project and in tables
 *
 * Each look-up either adds values to the scope, tests something, or ends the
 * matter.  One that finds several values continues with each of them. */
#ifndef HEAL_ANALYZE_LOOKUP_H
#define HEAL_ANALYZE_LOOKUP_H

#include "analyze/command_line.h"
#include "analyze/scope.h"
#include "record/record.h"
#include "rules/pack.h"
#include "tree/source_tree.h"

struct enquiry {
	struct arena *a;
	const struct pack *pack;
	struct source_tree *view;
	unsigned budget;                  /* how many complete scopes are still wanted */
	const struct fixit_list *fixits;  /* what the tool that complained would do */
	struct str output;                /* what the command that failed printed, as far as it is known */
	bool wide;                        /* what is costly to find out is wanted as well; else */
	bool held_back;                   /* this says that there was such a thing */
	const struct command_line *typed; /* the command line that failed, where it is known, */
	const struct simple_command *at;  /* and the command of it that is looked at */
};

/* The files that a look-up's `in` names, a glob maybe; the incident's where nothing is said.  How many. */
enum { LOOKUP_FILES = 64 };
size_t lookup_files(struct enquiry *q, struct node op, const struct scope *s, const struct text **out);

/* Call `then` for each scope that survives all look-ups of the list (absent: once, with s). */
void lookups_run(struct enquiry *q, struct node list, const struct scope *s,
	void (*then)(void *ctx, const struct scope *s), void *ctx);

/* `when` holds: every member's pattern matches; its captures are added.  NULL when it does not. */
const struct scope *conditions_hold(struct enquiry *q, struct node when, const struct scope *s);
/* Some member of `unless` matches. */
bool conditions_forbid(struct enquiry *q, struct node unless, const struct scope *s);

#endif
