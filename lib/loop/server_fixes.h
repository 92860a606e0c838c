/* server_fixes.h - solutions that language servers offer for the incidents of a run */
#ifndef HEAL_LOOP_SERVER_FIXES_H
#define HEAL_LOOP_SERVER_FIXES_H

#include "loop/search_state.h"

/* Ask the servers of the table `language-servers` that are installed about the errors of the run in the copy, and add
 * what they offer to the records.  true: there is something new to try. */
bool server_fixes_add(struct search *s, struct observed_run *run);

/* Is one installed that knows the language and the tool of an error of the run?  view: the project. */
bool server_fixes_may_help(struct arena *a, const struct pack *pack, const struct config *config,
	struct source_tree *view, const struct observed_run *run);

#endif
