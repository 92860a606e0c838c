/* compare.h - compare incidents before and after fixes: which are resolved, and which are new
 *
 * Fingerprints do not contain line numbers, so the same error in two places of a file has one fingerprint.  Since fixes
 * move lines, places in the file before the first fix are converted to places in the present file. */
#ifndef HEAL_VALIDATE_COMPARE_H
#define HEAL_VALIDATE_COMPARE_H

#include "base/vec.h"
#include "detect/collect.h"
#include "journal/journal.h"

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
/* Add a journal entry applied between the runs, oldest first. */
void comparison_entry(struct comparison *c, const struct journal_entry *e);
/* Read the changed files again; call it before the functions below. */
void comparison_look(struct comparison *c);

/* Is the incident resolved?  Not if it cannot be distinguished from another place with the same fingerprint. */
bool comparison_resolved(const struct comparison *c, const struct record *r, const struct collection *now);
/* The number of new incidents of at least `level`, including those whose level has risen, without summaries; first (may
 * be NULL): one of them, in the memory of now. */
size_t comparison_new(
	struct comparison *c, const struct collection *now, enum level level, const struct record **first);

#endif
