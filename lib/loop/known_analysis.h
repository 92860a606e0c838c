/* known_analysis.h - what the analysis of one run says of another that failed in the same words */
#ifndef HEAL_LOOP_KNOWN_ANALYSIS_H
#define HEAL_LOOP_KNOWN_ANALYSIS_H

#include "exec/observed_run.h"

/* `first` was analysed, in a tree with the same contents, and nothing was added to its incidents or taken from them
 * since.  If `run` wrote the same text and has the same incidents, give these the analysis and the solutions of
 * those.  false: it did not, and is unchanged. */
bool known_analysis_take(const struct observed_run *first, struct observed_run *run);

#endif
