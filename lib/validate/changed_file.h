/* changed_file.h - one file of a journal entry, before and after it */
#ifndef HEAL_VALIDATE_CHANGED_FILE_H
#define HEAL_VALIDATE_CHANGED_FILE_H

#include "journal/journal.h"

struct changed_file {
	struct str name; /* below the root */
	struct str old, new;
	bool existed, exists; /* before, after */
};

/* The i-th file of entry e: its old contents, and those of the next later one of the n entries (newest first, as from
 * journal_list), or the present ones.  false: err, HEAL_REFUSED if the old contents cannot be read. */
bool changed_file_get(struct arena *a, const struct tree *tree, const struct journal_entry *e, size_t i,
	const struct journal_entry *all, size_t n, struct changed_file *out, struct err *err);

#endif
