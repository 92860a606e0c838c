/* confirm.h - does the tool itself propose an edit whose text comes from the output?
 *
 * Anybody can write into a log what looks like a compiler's fix-it.  A step with the origin "output" (heal-record(5))
 * is therefore only a hint.  To confirm it, the tool that the record names is run again as a row of the table
 * `ask-again` says: on the file of the error, in an empty directory, with its output in a pipe that nothing else
 * writes.  The output is read and analysed like any other, and the step is confirmed if a solution of it makes the same
 * text of the same file.
 *
 * These commands only read.  Nothing that the tree or the output names is started. */
#ifndef HEAL_FIX_CONFIRM_H
#define HEAL_FIX_CONFIRM_H

#include "record/record.h"
#include "rules/pack.h"
#include "tree/rooted_path.h"
#include "tree/source_tree.h"

struct confirmer;

/* All of them must outlive the confirmer, and the files must not change.  output: that of the failed command, for the
 * options of its build; or empty. */
struct confirmer *confirmer_new(
	const struct pack *pack, const struct tree *tree, struct source_tree *view, struct str output);
void confirmer_free(struct confirmer *c);

/* Remove the origin of the steps that are confirmed.  A solution with another one becomes a placeholder, which needs
 * approval. */
void confirm_record(struct confirmer *c, struct record *r);

#endif
