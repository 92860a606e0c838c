/* known_analysis.h - what the analysis of one run says of another that failed in the same words */
#ifndef HEAL_LOOP_KNOWN_ANALYSIS_H
#define HEAL_LOOP_KNOWN_ANALYSIS_H

#include "exec/observed_run.h"
#include "tree/source_tree.h"

/* `first` was analysed, in a tree of which `copy` was a copy, and nothing was added to its incidents or taken from them
 * since.  If `run` wrote the same text, has the same incidents and left the files that they want to edit as they were,
 * give these the analysis and the solutions of those.  false: it did not, and is unchanged. */
bool known_analysis_take(const struct observed_run *first, struct source_tree *copy, struct observed_run *run);

#endif
