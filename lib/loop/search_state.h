/* search_state.h - inside the room: a repair search and its copy of the project */
#ifndef HEAL_LOOP_SEARCH_STATE_H
#define HEAL_LOOP_SEARCH_STATE_H

#include "loop/attempt.h"
#include "loop/progress.h"
#include "loop/repair_search.h"

/* A round goes through these until a candidate is kept.  Each takes what the one before it has left. */
enum search_pass {
	PASS_FULL_PROGRESS, /* candidates that solve their incident and leave nothing wrong in its place */
	PASS_WIDE,          /* the same after an analysis that looks for what is costly to find */
	PASS_PARTIAL,       /* also those after which something is still wrong there, where any did that much */
	PASS_MORE_TIME,     /* those with which the command timed out, once, with a longer time limit */
	PASS_MORE_TIME_PARTIAL
};

struct search {
	struct arena *a;
	const struct repair_search_options *o;
	struct repair_search_result *r;
	struct sandbox *copy;
	double deadline;
	time_t since;                     /* when the project's own run had ended */
	const struct observed_run *first; /* that run */
	long tests;                       /* how many ran in it; -1: not known */
	double usual_seconds;             /* what it took */

	/* The round at hand. */
	enum search_pass pass;
	bool partial_seen;        /* some candidate made partial progress */
	VEC(struct str) rejected; /* steps that changed nothing for the better, for any incident */
	int failures_seen;        /* how often the present state was seen to fail */
	VEC(struct str) unsteady; /* fingerprints that were not in every such run */
	struct str ambiguous;     /* the incident for which several alternatives help */

	/* The whole search, in this copy. */
	VEC(struct str) states;    /* what runs said before: no going in circles */
	VEC(struct str) timed_out; /* steps with which the command did not end in time */
	bool more_time;            /* the time limit was raised for them */
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
	int with; /* how often the command passed with all of it */
};

__attribute__((format(printf, 2, 3))) void search_say(struct search *s, const char *format, ...);
bool search_out_of_time(const struct search *s);
/* Run the command in the copy. */
bool search_run(struct search *s, struct observed_run *out, struct err *err);
bool search_state_is_new(struct search *s, struct str state);
bool search_is_edited(const struct search *s, struct str path);
/* What speaks against a run that passed, in a line; empty: nothing. */
struct str search_objection(struct search *s, const struct observed_run *now);

/* How often a failure must be seen, and then its absence: once where it comes out the same on every run. */
int runs_wanted(const struct search *s, const struct record *r);
/* Was the incident seen without a fix as often as it takes?  Asked before the first candidate is tried for it. */
bool incident_is_confirmed(struct search *s, const struct observed_run *before, const struct record *r);
/* Is there no point in trying these steps in this pass? */
bool candidate_is_excluded(const struct search *s, const struct solution *solution);
/* Try one solution in the copy; true when it stays, and *now is the new run. */
bool candidate_try(struct search *s, const struct solution *solution, const struct record *r,
	const struct observed_run *before, struct observed_run *now, enum alternatives alternatives);

/* Leave out of the copy what the command passes without. */
void search_reduce(struct search *s);

#endif
