/* signature.h - which solutions of a record were made by heal, and which by another program?
 *
 * A record is text that any program in the pipe can write.  heal-analyze and heal-llm sign each solution that they make
 * with a key that only this user can read (origin.key in heal's state directory, made at the first use).  heal-fix acts
 * on all solutions, but on one without a valid signature only as policy/record_change.h says.
 *
 * Signed are the project, the rule and the file of the error, and of the solution its id, applicability, confidence and
 * steps: nothing of these can be changed, or moved to another record. */
#ifndef HEAL_RECORD_SIGNATURE_H
#define HEAL_RECORD_SIGNATURE_H

#include "record/record.h"

/* Make the key if there is none, as a tool does that changes the user's files otherwise too; not in a dry run. */
void signature_key_make(void);
/* Set the signature of a solution, or of all.  Without a key there is none. */
void solution_sign(const struct record *r, struct solution *s);
void solutions_sign(struct record *r);
/* Set the origin `record` of the steps of solutions that are not signed, or for another project than this one.  Steps
 * whose origin is `output` keep it. */
void solutions_mark_foreign(struct record *r, struct str project);

#endif
