/* summaries.h - internal: which summaries say nothing that the report does not say already
 *
 * A summary is left out only if an incident that it sums up was shown, from the same input and of its level or worse;
 * what that incident must have in common with it is its member summary_of.  When in doubt, it is shown. */
#ifndef HEAL_PRESENT_SUMMARIES_H
#define HEAL_PRESENT_SUMMARIES_H

#include "base/vec.h"
#include "record/record.h"

/* What was shown of an incident that is no summary. */
struct shown_incident {
	enum level level;
	struct str tool, pack, environment, function;
	struct str_list files; /* its own, and those of its stack */
};

/* Zeroed at first. */
struct summaries {
	struct arena a;   /* of the input */
	struct str input; /* its name */
	VEC(struct shown_incident) shown;
	VEC(struct record) waiting; /* they name an incident that may follow in the same input */
};

enum summary_action { SUMMARY_SHOW, SUMMARY_LEAVE, SUMMARY_WAIT };

/* Does the record come from another input than those before? */
bool summaries_input_ends(const struct summaries *s, const struct record *r);
/* Forget the input, after the summaries that wait and that nothing explains were shown; the next is that of r. */
void summaries_next(struct summaries *s, const struct record *r);
void summaries_release(struct summaries *s);

/* An incident was shown: that it is no summary is tested here. */
void summaries_shown(struct summaries *s, const struct record *r);
/* What to do with the summary r; SUMMARY_WAIT: it was copied to waiting. */
enum summary_action summary_take(struct summaries *s, const struct record *r);
/* Was an incident shown that r sums up? */
bool summary_is_explained(const struct summaries *s, const struct record *r);

#endif
