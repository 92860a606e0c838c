/* analyzer.h - the stage: why did it happen, and what would mend it
 *
 * For each incident the causes of the packs are tried; those whose conditions
 * and look-ups hold become root causes with evidence, and their solutions are
 * made concrete against the project's files.  Nothing is ever written.
 *
 * The stage remembers what it saw before in the same session: an exit status or
 * a follow-up error names the incident that caused it. */
#ifndef HEAL_ANALYZE_ANALYZER_H
#define HEAL_ANALYZE_ANALYZER_H

#include "detect/collect.h"
#include "record/record.h"
#include "rules/pack.h"
#include "tree/source_tree.h"

struct analyzer;

/* What is known of how a solution did before; either function may be NULL. */
struct solution_history {
	/* Its confidence after its outcomes, from the prior (0 to 1) that its pack states. */
	double (*confidence)(void *ctx, struct str solution, double prior);
	/* It failed for this very error not long ago: until when it is not tried again (RFC 3339, in the arena);
	 * p == NULL: it may be tried. */
	struct str (*rests_until)(void *ctx, struct arena *a, struct str fingerprint, struct str solution);
	void *ctx;
};

struct analyzer_options {
	const struct pack *pack;
	struct source_tree *view; /* the project; stays the caller's */
	struct solution_history history;
	struct str output; /* what the failed command printed; stays the caller's.  Empty: what a record says of it */
	bool changes;      /* ask the version control about the line at fault: some milliseconds a file */
	bool wide;         /* look as well for what is costly to find; else only where nothing else acts */
	FILE *explain;     /* say for each cause why it holds or not; NULL: silence */
};

enum { SOLUTIONS_MOST = 5, CAUSES_MOST = 3 };

struct analyzer *analyzer_new(const struct analyzer_options *o);
void analyzer_free(struct analyzer *n);

/* Something that is costly to find was not looked for, since something else acts. */
bool analyzer_held_back(const struct analyzer *n);

/* Adds analysis and solutions to an incident; other kinds pass untouched. */
void analyzer_record(struct analyzer *n, struct record *r);

/* All incidents of a run, in their order.  true: something that is costly to find was not looked for. */
bool analyze_incidents(const struct analyzer_options *o, struct collection *incidents);

#endif
