/* pending.h - inside the room: a record that is held, and the validator that holds it */
#ifndef HEAL_VALIDATE_PENDING_H
#define HEAL_VALIDATE_PENDING_H

#include "policy/policy.h"
#include "validate/compare.h"
#include "validate/custom.h"
#include "validate/rollback.h"
#include "validate/validate.h"

struct pending_fix {
	struct record r;
	bool fixed;  /* its fix is applied and to be validated */
	bool known;  /* ... and the journal has it: it can be taken back */
	bool there;  /* it is in place now */
	bool judged; /* its verdict is final */
	bool broken; /* should have gone back, and could not */
	bool resolved;
	struct pending_fix *twin; /* an earlier one of the same journal entry, whose verdict counts */
	struct journal_entry entry;
	char *const *argv; /* the command that proves it, or NULL */
	const char *dir;   /* where that runs, or NULL */
	struct str cwd;    /* the detector's, when the incident was found */
	struct str argv_text;
	VEC(struct check) checks;
	struct str reason; /* why it went back */
};

struct validator {
	struct validator_options o;
	struct arena a; /* of the validator */
	struct arena b; /* of the records in hand */
	struct tree tree;
	struct policy *policy;
	struct customs customs;
	struct str here; /* the working directory */
	double timeout, begun; /* seconds; on seconds_now()'s clock */
	int times;
	VEC(struct pending_fix) held;
	struct comparison comparison;
	bool ran; /* the command has seen the fixes */
};

void pending_check(struct validator *v, struct pending_fix *h, struct check c);
void pending_note(struct validator *v, struct pending_fix *h, const char *name, enum check_status s, double seconds,
	struct str detail);
/* The verdict is "failed": why.  Unless asked to keep it, the fix goes back, and what stands on it is put in
 * place again. */
void pending_fail(struct validator *v, struct pending_fix *h, struct str why);
/* Out, and in again; false: it is out of order, and judged. */
bool pending_leave_out(struct validator *v, struct pending_fix *h);
bool pending_put_back(struct validator *v, struct pending_fix *h);

/* Newest first, by their journal entries. */
void pending_sort(struct pending_fix **at, size_t n);

/* Run the commands and judge all that is not judged yet. */
void judge_by_rerun(struct validator *v);

__attribute__((format(printf, 3, 4))) void validator_tell(
	struct validator *v, enum heal_status status, const char *format, ...);

#endif
