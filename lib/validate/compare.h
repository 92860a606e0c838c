/* compare.h - compare incidents before and after fixes: which are resolved, and which are new
 *
 * Fingerprints do not contain line numbers, so the same error in two places of a file has one fingerprint.  Since fixes
 * move lines, places in the file before the first fix are converted to places in the present file. */
#ifndef HEAL_VALIDATE_COMPARE_H
#define HEAL_VALIDATE_COMPARE_H

#include "base/vec.h"
#include "detect/collect.h"
#include "journal/journal.h"
#include "tree/change.h"

/* An incident that occurred without the fixes. */
struct seen_place {
	struct str fingerprint, file; /* file: below the root, or empty */
	int64_t line, column;
	int rank; /* of its level */
};

/* A file before the first fix, and the differences to the present one. */
struct original {
	struct str path, text;
	struct hunk *hunks;
	size_t n;
	bool absent; /* the file did not exist */
};

struct comparison {
	struct arena *a;
	const struct tree *tree;
	struct str cwd; /* absolute; file names are relative to it if there is no source.cwd */
	VEC(struct seen_place) before;
	VEC(struct original) originals;
	bool sorted;
};

/* The memory is in a; tree must outlive it. */
void comparison_init(struct comparison *c, struct arena *a, const struct tree *tree, struct str cwd);
/* Add an incident of the run without the fixes. */
void comparison_before(struct comparison *c, const struct record *r);
/* Add a failure that the command reports in a copy with the fix, because an earlier one no longer hides it: it is not
 * new. */
void comparison_hidden(struct comparison *c, struct str fingerprint);
/* Add a journal entry applied between the runs, oldest first. */
void comparison_entry(struct comparison *c, const struct journal_entry *e);
/* Read the files of these entries again; call it before the functions below. */
void comparison_look(struct comparison *c);
/* Add a change of a file that is not in the journal. */
void comparison_change(struct comparison *c, const struct change *change);

/* Is it the same incident in the same place, converted to the present file?  Both are of the same fingerprint then. */
bool comparison_same_place(const struct comparison *c, const struct record *before, const struct record *now);

/* Is the incident resolved?  Not if it cannot be distinguished from another place with the same fingerprint. */
bool comparison_resolved(const struct comparison *c, const struct record *r, const struct collection *now);
/* Its file below the root; p == NULL: it has none there. */
struct str comparison_file(const struct comparison *c, const struct record *r);
/* May an incident of the run without the fixes have kept its tool from reporting `found`, which is in the same file?
 * found is further down, and the incident was fatal or the only failure of its file: the tool may have stopped there.
 */
bool comparison_may_hide(const struct comparison *c, const struct record *before, const struct record *found);

/* Is x, of `now`, a new incident of at least `level`? */
bool comparison_is_new(struct comparison *c, const struct collection *now, const struct collected *x, enum level level);
/* The number of new incidents of at least `level`, including those whose level has risen, without summaries; first (may
 * be NULL): one of them, in the memory of now. */
size_t comparison_new(
	struct comparison *c, const struct collection *now, enum level level, const struct record **first);

#endif
