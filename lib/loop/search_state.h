/* search_state.h - internal: the state of a repair search */
#ifndef HEAL_LOOP_SEARCH_STATE_H
#define HEAL_LOOP_SEARCH_STATE_H

#include "loop/attempt.h"
#include "loop/progress.h"
#include "loop/repair_search.h"

/* The passes of a round, until a candidate is kept. */
enum search_pass {
	PASS_FULL_PROGRESS, /* accept candidates that make full progress */
	PASS_WIDE,          /* the same after an analysis with expensive look-ups */
	PASS_REWRITES,      /* edits that complete or undo half a refactoring, those that names support */
	PASS_REWRITES_MORE, /* and the others */
	PASS_SERVERS,       /* solutions of language servers */
	PASS_PARTIAL,       /* also accept partial progress */
	PASS_MORE_TIME,     /* candidates that timed out, once, with a longer time limit */
	PASS_MORE_TIME_PARTIAL,
	PASS_DRAFTS /* of learned rules, if nothing else helps; the result needs approval */
};

struct search {
	struct arena *a;
	const struct repair_search_options *o;
	struct repair_search_result *r;
	struct sandbox *copy;
	struct sandbox_options copied; /* how it was made */
	double deadline;
	time_t since;                     /* when the run in the project ended */
	const struct observed_run *first; /* that run */
	struct tree project;              /* only its path: reports name files below it */
	long tests;                       /* number of its tests; -1: unknown */
	double usual_seconds;             /* its duration */
	double spoke;                     /* when it was last said that the search goes on */

	/* The present round. */
	enum search_pass pass;
	bool partial_seen;        /* a candidate made partial progress */
	VEC(struct str) rejected; /* steps that made no progress for any incident */
	int failures_seen;        /* number of failed runs of the present state */
	VEC(struct str) unsteady; /* fingerprints that did not occur in all of them */
	struct str ambiguous;     /* the incident for which several alternatives help */
	bool undecided;           /* several rewrites help: whatever else does would be one more */

	/* The whole search, in this copy. */
	VEC(struct str) states;    /* summaries of earlier runs, to avoid cycles */
	VEC(struct str) timed_out; /* steps with which the command timed out */
	bool more_time;            /* the time limit was raised for them */
	bool draft_kept;           /* the changes are also those of a draft */
	bool by_model;             /* and of a language model */
	bool doubtful;             /* what was kept may do more than mend its incident, or was partial progress */
	struct str first_kept;     /* the steps that were kept first */
	struct str dead_end;       /* those of the copy before this one, from which nothing led on */

	/* What was kept. */
	double least;              /* the lowest confidence of it */
	enum risk_level risk;      /* the highest risk */
	VEC(struct str) edited;    /* files that differ from the project */
	struct step_list commands; /* run steps, in order */
	struct made_list made;     /* which solution changed what */
	size_t solutions;
	bool may_be_flaky; /* one of its incidents may come and go by itself */
	bool reducible;    /* more was changed than what is known to be needed */

	/* The proof. */
	double without_seconds, with_seconds;
	unsigned enforced;   /* what confined the command in all runs (confinement.h) */
	int with;            /* how often the command passed with all of it */
	bool reuses_results; /* with results of an earlier run in the copy, it passes without the changes */
};

__attribute__((format(printf, 2, 3))) void search_say(struct search *s, const char *format, ...);
bool search_out_of_time(const struct search *s);
/* Run the command in the copy. */
bool search_run(struct search *s, struct observed_run *out, struct err *err);
bool search_state_is_new(struct search *s, struct str state);
bool search_is_edited(const struct search *s, struct str path);
/* A comparison of two runs in the copy, without changes between them. */
struct comparison search_comparison(const struct search *s);
/* The first check that a passed run fails; empty: none. */
struct str search_objection(struct search *s, const struct observed_run *now);

/* Required number of runs without and with a fix: one for a failure that is the same in every run. */
int runs_wanted(const struct search *s, const struct record *r);
/* Has the incident occurred in the required number of runs without a fix?  Called before its first candidate. */
bool incident_is_confirmed(struct search *s, const struct observed_run *before, const struct record *r);
/* Are these steps not to be tried in this pass? */
bool candidate_is_excluded(const struct search *s, const struct solution *solution);
/* Try a solution in the copy.  true: it is kept, *now is the new run. */
bool candidate_try(struct search *s, const struct solution *solution, const struct record *r,
	const struct observed_run *before, struct observed_run *now, enum alternatives alternatives);

/* The command passes: does it fail again without the changes?  If not, the failure is flaky, and nothing is proven. */
void search_confirm(struct search *s);
/* Remove changes from the copy without which the command still passes. */
void search_reduce(struct search *s);

#endif
