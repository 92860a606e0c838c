/* model_change.h - is a change that a language model proposed made of what the project already has?
 *
 * A model may have been told by a text in a log or a source file what to write.  So a change of it acts without a
 * person only if all its words are known: names of the project's files and code (not of its comments), keywords, and
 * names of standard libraries (the table `model-words`), none of which runs programs, deletes files or opens
 * connections.  It must not remove more words than it adds, or repeat a line. */
#ifndef HEAL_POLICY_MODEL_CHANGE_H
#define HEAL_POLICY_MODEL_CHANGE_H

#include "rules/pack.h"
#include "tree/change.h"
#include "tree/rooted_path.h"

/* Why the change needs a person; empty: it does not. */
struct str model_change_doubt(struct arena *a, const struct pack *pack, const struct tree *t, const struct change *c);

#endif
