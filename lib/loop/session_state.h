/* session_state.h - internal: the state of a session */
#ifndef HEAL_LOOP_SESSION_STATE_H
#define HEAL_LOOP_SESSION_STATE_H

#include <limits.h>

#include "exec/observed_run.h"
#include "fix/fix.h"
#include "loop/project_lock.h"
#include "loop/session.h"
#include "loop/ui.h"
#include "policy/external_command.h"
#include "store/history.h"
#include "store/store.h"

struct heal_run {
	const struct session_options *o;
	struct arena a;
	struct str id, root;
	char cwd[PATH_MAX];
	struct source_tree *view;
	struct fixer *fixer;
	struct store *store;  /* NULL: nothing is stored */
	struct history *past; /* of a dry run, which only reads the store */
	struct project_lock lock;
	struct ui ui;
	struct observed_run first;
	int first_status, status;
	size_t runs, attempts, fixed;
	size_t mended,
		left; /* failures that a repair of some of them resolves, and the others; 0: it is no such repair */
	enum session_status outcome;
	struct str reason, backup;
	bool analyzed;     /* the incidents of `first` are as the analysis left them */
	bool more_to_know; /* and it skipped expensive look-ups */
	bool external;     /* the command acts outside the project */
	struct external_command effect;
	char *const *stand_in; /* what is run instead; NULL: nothing shows the failure */
	bool rerun;            /* it was run again */
	bool assigned;         /* an incident takes part in an experiment */
	double begin;
};

/* What the session has come to. */
void session_ends(struct heal_run *s, enum session_status outcome, struct str reason);
/* The result of the most important fix. */
void session_conclude(struct heal_run *s);
/* If a signal arrived while heal looked for a repair, after the first run; what it had begun to change is back in place
 * then. */
void session_end_if_interrupted(struct heal_run *s);
/* What proves a fix, for a sentence: the command, or what stands in for it. */
struct str session_proof_shown(struct heal_run *s);
/* The results of earlier solutions. */
struct solution_history session_past(const struct heal_run *s);
/* Run the command in the project; its output is shown.  Sets s->status.  false: err. */
bool session_run_command(struct heal_run *s, struct observed_run *w, struct err *err);

/* Are there recent changes to revert?  If too many, that is told. */
bool session_has_revert(struct heal_run *s);
/* Did tests run, fast enough to look for edits that let them pass? */
bool session_has_tests(struct heal_run *s);
/* Does an incident have a solution that is more than advice? */
bool session_has_candidate(struct heal_run *s);

/* Is the failure analysed?  Not if the user interrupted the command. */
bool session_is_healable(const struct runner_result *run);
/* Wait while another heal run repairs the project.  After waiting, what was seen of the failure is out of date: run the
 * command again.  true: go on with the repair; false: the session is finished, or *failed with err. */
bool session_take_turn(struct heal_run *s, bool *failed, struct err *err);

/* Add the later outcomes of earlier fixes (late_outcomes.h). */
void session_look_back(struct heal_run *s);

/* Ask a language model about the failures that the rules leave open, or, if `escalate`, about the first one whose known
 * solutions do not help.  true: there is something new to try. */
bool session_ask_model(struct heal_run *s, bool escalate);

/* Are all failures of the first run temporary? */
bool session_is_transient(struct heal_run *s);
/* May the command, which acts outside the project, be run once more?  ctx: the session. */
bool session_may_rerun(void *ctx, struct str command, struct str what);
/* Run the command again after 1 s, 2 s, 4 s, ...; true: it passed. */
bool session_retry(struct heal_run *s, struct err *err);

#endif
