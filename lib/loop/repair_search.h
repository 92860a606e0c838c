/* repair_search.h - find solutions that make the command pass in a temporary copy of the project
 *
 * The project itself is not changed.  Each round analyses the incidents of the last run, applies the best solution of
 * the first root to the copy and runs the command there.  Without progress the solution is reverted and the next one is
 * tried; otherwise it is kept and the next round continues with the remaining incidents.  When the command passes, the
 * difference between copy and project, reduced to what is needed, is one proven solution.
 *
 * Proven means: the failure occurs without the solution and not with it, there are no new incidents of the same level,
 * and not fewer tests ran.  A failure that may be flaky (repeatable.h) must occur several times without the solution,
 * and the command must pass several times with it.  Finally the solution is reverted in the copy, and the command must
 * fail again, since one that fails from time to time may have passed by itself.  If for some incidents no solution is
 * known, those for the others are kept if nothing came in their place (partial.h), unless `all_or_nothing`.  If it
 * passes without a change, the failure is flaky and nothing is changed. */
#ifndef HEAL_LOOP_REPAIR_SEARCH_H
#define HEAL_LOOP_REPAIR_SEARCH_H

#include "analyze/analyzer.h"
#include "base/vec.h"
#include "config/config.h"
#include "exec/observed_run.h"
#include "policy/policy.h"
#include "validate/validate.h"

struct repair_search_options {
	const struct pack *pack;
	const struct config *config;
	const struct policy *policy;
	const char *root, *cwd; /* real, absolute; cwd is root or below it */
	char *const *argv;
	bool stand_in; /* argv is run instead of the failed command: its exit status and its time may differ */
	enum validation_level level; /* quick: no reruns, no reduction; thorough: always reruns */
	double budget;               /* time limit in seconds */
	int attempts;                /* solutions tried for one incident */
	bool bisect;                 /* if nothing helps, bisect recent changes */
	bool all_or_nothing;         /* nothing is proven unless the command passes */
	bool analyzed;     /* the incidents of the first run are as the analysis left them, with all that it found, */
	bool more_to_know; /* but for expensive look-ups, which were skipped */
	int reruns;        /* number of runs without and with the fix if the failure may be flaky */
	struct solution_history history;
	void (*progress)(void *ctx, const char *line); /* progress messages; or NULL */
	/* Told from time to time while a search is long: solutions tried, and seconds that are left at most; or NULL.
	 */
	void (*waiting)(void *ctx, size_t tried, double left);
	void *progress_ctx;
};

/* One solution that was tried. */
struct tried {
	struct str fingerprint, solution, rule, description;
	bool ran;        /* false: it could not be tried in a copy */
	bool kept;       /* it made progress */
	bool waits;      /* it was not tried because it needs permission */
	struct str why;  /* why it could not be tried; empty: it ran */
	struct str file; /* of the incident, below the root */
	bool syntax;     /* it is a syntax error */
	bool in_part;    /* it was kept in what r->solution is made of, though the command does not pass */
};

struct repair_search_result {
	bool healed;               /* the command passes in the copy */
	bool partial;              /* it does not, but failures are gone (partial.h) */
	size_t mended, left;       /* then: the number of those, and of those that remain */
	VEC(struct str) gone;      /* and the ids of the former, in the run in the project */
	struct str_list remaining; /* fingerprints of those of the latter that were hidden in it */
	struct solution solution;  /* one combined solution with its proof */
	struct str fingerprint;    /* of the incident that its first part resolves */
	bool reverts;              /* it reverts recent changes */
	bool lost_lines;           /* it puts back what a file lost (lost_lines.h), and reverts nothing else */
	struct str proposal;       /* it is an edit that lets tests pass, for a person (mutations.h); says which */
	bool flaky;                /* the command passed without a change; if healed, the rest is resolved */
	bool copy_differs;         /* without a change, the copy does not fail like the project */
	bool inconclusive;         /* the command passed with a fix, but that proves nothing: see reason */
	int without;               /* number of failures without a change, in the project and in the copy */
	VEC(struct tried) tried;
	size_t runs;       /* of the command in the copy */
	struct str reason; /* why it is not healed, one line */
	/* Of several edits with which the command passes, the first one; no id: none, or something else was kept. */
	struct solution choice;
	struct str choice_for;    /* the fingerprint of its incident */
	struct check_list checks; /* the checks of the proof */
};

/* first: the failed run in the project; its status is -1 and its time 0 if unknown.  false: err, no copy could be made.
 */
bool repair_search_run(struct arena *a, const struct repair_search_options *o, const struct observed_run *first,
	struct repair_search_result *r, struct err *err);

#endif
