/* record_change.h - does a change that heal did not make itself only add what lacks?
 *
 * A record may come from any program, and a change that makes a command pass by doing less can be spelt in more ways
 * than a list has.  So a solution that heal did not sign (record/signature.h) acts without a person only if its changes
 * have no other effects than these, in a language whose statements heal knows:
 *
 *   - blanks and empty lines that mean nothing;
 *   - lines at the top level that import something known (the table `record-changes`);
 *   - a name that occurs nowhere else, replaced by a similar one that the project or the language has;
 *   - closing brackets, commas, colons and semicolons, if the language's parser refuses the file without them.
 */
#ifndef HEAL_POLICY_RECORD_CHANGE_H
#define HEAL_POLICY_RECORD_CHANGE_H

#include "rules/pack.h"
#include "tree/change.h"
#include "tree/rooted_path.h"

/* Why the change needs a person; empty: it does not. */
struct str record_change_doubt(struct arena *a, const struct pack *pack, const struct tree *t, const struct change *c);

#endif
