/* analyzer.h - the analyze stage: find causes and solutions of incidents
 *
 * For each incident, the causes of the packs whose conditions and look-ups succeed become root causes with evidence,
 * and their solutions are made for the project's files.  No file is written.
 *
 * The analyzer keeps the earlier incidents of a session, so that an exit status or a follow-up error refers to the
 * incident that caused it. */
#ifndef HEAL_ANALYZE_ANALYZER_H
#define HEAL_ANALYZE_ANALYZER_H

#include "detect/collect.h"
#include "record/record.h"
#include "rules/pack.h"
#include "tree/source_tree.h"

struct analyzer;

/* Earlier results of solutions; each function may be NULL. */
struct solution_history {
	/* The confidence given earlier results and the prior (0 to 1) of the pack. */
	double (*confidence)(void *ctx, struct str solution, double prior);
	/* If it recently failed for the same error, with the same basis (heal-record(5)), the time before which it is
	 * not tried again (RFC 3339, in the arena); otherwise p == NULL. */
	struct str (*rests_until)(
		void *ctx, struct arena *a, struct str fingerprint, struct str solution, struct str basis);
	/* The percentage of units that get the challenger of an experiment (experiment.h). */
	int (*share)(void *ctx, struct str experiment);
	struct str tree; /* identifies the project, also where a copy of it is analysed; empty: no experiments */
	void *ctx;
};

struct analyzer_options {
	const struct pack *pack;
	struct source_tree *view; /* the project; owned by the caller */
	struct solution_history history;
	struct str output; /* output of the failed command; owned by the caller.  Empty: that in the records */
	bool changes;      /* query version control about the line of the error: some milliseconds per file */
	bool wide;         /* always do expensive look-ups; otherwise only if there is no other solution */
	struct str only;   /* the id of the only cause to try; p == NULL: all */
	FILE *explain;     /* print for each cause why it applies or not; NULL: do not */
};

enum { SOLUTIONS_MOST = 5, CAUSES_MOST = 3 };

struct analyzer *analyzer_new(const struct analyzer_options *o);
void analyzer_free(struct analyzer *n);

/* Were expensive look-ups skipped, because there is another solution? */
bool analyzer_held_back(const struct analyzer *n);

/* Adds analysis and solutions to an incident; other records are not changed. */
void analyzer_record(struct analyzer *n, struct record *r);

/* Analyse all incidents of a run, in their order.  true: expensive look-ups were skipped. */
bool analyze_incidents(const struct analyzer_options *o, struct collection *incidents);

#endif
