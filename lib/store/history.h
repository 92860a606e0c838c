/* history.h - what the store knows of solutions, for the analysis of every tool (analyzer.h)
 *
 * The store is opened, to be read, when the first question comes: an incident without solutions costs nothing. */
#ifndef HEAL_STORE_HISTORY_H
#define HEAL_STORE_HISTORY_H

#include "analyze/analyzer.h"
#include "store/store.h"

struct history;

/* Of an open store, which must outlive it; NULL: nothing is known. */
struct solution_history history_of(struct store *s);

/* Of the store at path (NULL: the default one), where there is one that can be read. */
struct history *history_open(const char *path);
void history_close(struct history *h); /* NULL is fine */
struct solution_history history_questions(struct history *h);

#endif
