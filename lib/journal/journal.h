/* journal.h - undo journal: change several files as one transaction
 *
 * An entry is a directory below the state directory, undo/<uuid7>/:
 *
 *     manifest.json   root, files (name, mode, owner, mtime, SHA-256 before and after), commands, state
 *     <i>.old         the old contents of the i-th file
 *     lock            locked by the running process; the kernel releases it when that exits; its content marks an
 *                     entry with a final state
 *
 * States: prepared -> applied -> undone.  The entry is on disk (fsync) as `prepared` before the first file of the
 * project is replaced, and `applied` after the last.  Each file is written under a temporary name, synced and renamed,
 * so it is always either old or new.  An entry that is `prepared` but not locked was interrupted: journal_recover
 * restores all its files.
 *
 * Calling order:  begin, write, (run ...)*, commit; or rollback; then close.  While an entry is open, its project is
 * locked against other heal processes.
 *
 * Undo checks all files first: if one has neither the old nor the new contents, it was edited since, and nothing is
 * changed unless forced; the replaced contents are then kept in the entry as <i>.kept.  Undo restores contents, mode,
 * owner and mtime, and removes new files and the directories made for them. */
#ifndef HEAL_JOURNAL_JOURNAL_H
#define HEAL_JOURNAL_JOURNAL_H

#include "record/json.h"
#include "tree/change.h"

struct journal;

/* Prepare an entry with the old contents.  It is not yet on disk: journal_write and journal_run sync it first.
 * note: an object stored with the entry ("solution", "plan", "incident"), copied; may be NULL.
 * Refused if a file differs from the state in `changes`. */
struct journal *journal_begin(
	const struct tree *t, const struct change *changes, size_t n, const struct json *note, struct err *err);
const char *journal_name(const struct journal *j);
/* Replace the files by their new contents.  On failure all are restored. */
bool journal_write(struct journal *j, struct err *err);
/* Record on disk that a command is about to run, and the command that undoes it (may be NULL). */
bool journal_run(struct journal *j, char *const *argv, const char *dir, char *const *undo, struct err *err);
bool journal_commit(struct journal *j, struct err *err);
/* Restore everything.  false: err names the file that could not be restored. */
bool journal_rollback(struct journal *j, struct err *err);
/* Rolls back unless committed. */
void journal_close(struct journal *j);

enum undo_force { UNDO_CAREFUL, UNDO_FORCE };
/* Undo an applied entry, or an interrupted one.  Status HEAL_WRONG: no such entry; HEAL_PERSON: a file was edited since
 * (err names it); HEAL_REFUSED: another heal process is using it; HEAL_BROKEN: an undo command failed, the files are
 * restored. */
bool journal_undo(const char *name, enum undo_force force, struct err *err);

/* Roll back interrupted entries.  Returns their number; -1: err (the others are done). */
int journal_recover(struct err *err);

struct journal_entry {
	struct str name, state, root, time; /* state: prepared, applied, undone */
	struct str *paths;
	size_t n;
	struct json *manifest; /* the whole manifest; "note" is that of journal_begin */
};
/* All entries, newest first. */
bool journal_list(struct arena *a, struct journal_entry **at, size_t *n, struct err *err);
/* Delete entries older than `days`, and the oldest while all take more than `bytes`; 0: no limit.  The last fix of each
 * project and interrupted entries are always kept. */
struct prune_limits {
	int64_t days;
	uint64_t bytes;
};
struct pruned {
	size_t removed, kept;
	uint64_t removed_bytes, kept_bytes;
};
bool journal_prune(const struct prune_limits *limits, struct pruned *p, struct err *err);
/* The same after adding the entry `name`, if the limit is exceeded or the last time was a day ago. */
bool journal_prune_after(const struct prune_limits *limits, struct str name, struct err *err);
/* The old contents of the i-th file of an entry. */
bool journal_old(struct arena *a, const struct journal_entry *e, size_t i, struct str *old, struct err *err);

#endif
