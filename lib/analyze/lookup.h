/* lookup.h - the `let` of causes and solutions: find values in the project and in tables
 *
 * A look-up adds values to the scope, or tests a condition; if it fails, the cause or solution does not apply.  If it
 * finds several values, the remaining look-ups are done for each of them. */
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
	unsigned budget;                  /* remaining number of complete scopes */
	const struct fixit_list *fixits;  /* edits proposed by the tool */
	struct str output;                /* output of the failed command, if known */
	bool wide;                        /* do expensive look-ups as well */
	bool held_back;                   /* an expensive look-up was skipped */
	const struct command_line *typed; /* the failed command line, if known */
	const struct simple_command *at;  /* the present command of it */
};

/* The files that match a look-up's `in`, which may be a glob; by default that of the incident.  Returns their number.
 */
enum { LOOKUP_FILES = 500 };
size_t lookup_files(struct enquiry *q, struct node op, const struct scope *s, const struct text **out);

/* Call `then` for each scope for which all look-ups of the list succeed (absent: once, with s). */
void lookups_run(struct enquiry *q, struct node list, const struct scope *s,
	void (*then)(void *ctx, const struct scope *s), void *ctx);

/* Does each pattern of `when` match?  Returns the scope with their captures; NULL: no. */
const struct scope *conditions_hold(struct enquiry *q, struct node when, const struct scope *s);
/* Does a pattern of `unless` match? */
bool conditions_forbid(struct enquiry *q, struct node unless, const struct scope *s);

#endif
