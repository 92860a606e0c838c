/* pending.h - internal: the validator and the records that it holds */
#ifndef HEAL_VALIDATE_PENDING_H
#define HEAL_VALIDATE_PENDING_H

#include "policy/policy.h"
#include "sandbox/sandbox.h"
#include "validate/compare.h"
#include "validate/custom.h"
#include "validate/performance.h"
#include "validate/reverted_run.h"
#include "validate/rollback.h"
#include "validate/validate.h"

struct pending_fix {
	struct record r;
	bool fixed;  /* its fix is applied and must be validated */
	bool known;  /* ... and has a journal entry, so it can be rolled back */
	bool there;  /* it is applied at present */
	bool judged; /* its verdict is final */
	bool broken; /* could not be rolled back */
	bool resolved;
	struct pending_fix *twin; /* an earlier one of the same journal entry, whose verdict counts */
	struct journal_entry entry;
	struct str unproven; /* why a run that passes proves nothing; empty: the incident was seen without the fix */
	VEC(struct check) checks;
	struct str reason;               /* why it was rolled back */
	struct str incident, introduced; /* of the validation; p == NULL: not known */
};

struct validator {
	struct validator_options o;
	struct arena a; /* of the validator */
	struct arena b; /* of the held records */
	struct tree tree;
	const struct policy *policy;
	struct policy *own_policy; /* to be freed; NULL: it is the caller's */
	struct customs customs;
	struct str here;       /* the working directory */
	double timeout, begun; /* seconds; on seconds_now()'s clock */
	int times;
	VEC(struct pending_fix) held;
	struct comparison comparison;
	struct journal_entry *entries; /* all of the journal, newest first */
	size_t entries_n;
	bool ran;               /* the command ran with the fixes */
	struct run_cost before; /* of the command without the fixes */
	struct str argv_text;
};

void pending_check(struct validator *v, struct pending_fix *h, struct check c);
void pending_note(struct validator *v, struct pending_fix *h, const char *name, enum check_status s, double seconds,
	struct str detail);
/* The fix failed, with the reason.  Unless it is to be kept, it is rolled back, and later fixes of the same files are
 * applied again. */
void pending_fail(struct validator *v, struct pending_fix *h, struct str why);
/* Roll a fix back temporarily, and apply it again.  false: it could not be done, the fix has failed. */
bool pending_leave_out(struct validator *v, struct pending_fix *h);
bool pending_put_back(struct validator *v, struct pending_fix *h);

/* Newest first, by their journal entries. */
void pending_sort(struct pending_fix **at, size_t n);

/* The applied fixes, newest first; at has room for all that are held.  Returns their number. */
size_t pending_applied(struct validator *v, struct pending_fix **at);
/* Their files as they were before them. */
bool validator_old_files(struct validator *v, struct old_files *out, struct err *err);
/* How the project is copied to run a command there: in its working directory, confined as a trial. */
struct sandbox_options validator_copy(struct validator *v);

/* Run the commands and judge all that is not judged yet. */
void judge_by_rerun(struct validator *v);

__attribute__((format(printf, 3, 4))) void validator_tell(
	struct validator *v, enum heal_status status, const char *format, ...);

#endif
