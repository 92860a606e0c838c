/* journal.h - changes to several files as one, with the way back on disk first
 *
 * An entry is a folder of the state directory, undo/<uuid7>/:
 *
 *     manifest.json   root, files (name, mode, owner, mtime, SHA-256 before and after), commands, state
 *     <i>.old         the old bytes of the i-th file
 *     lock            held by the process at work; the kernel lets go of it when that dies; what it says marks an
 *                     entry whose state is final
 *
 * States: prepared -> applied -> undone.  The entry is on disk (fsync) as `prepared`
 * before the first file of the project is replaced, and `applied` after the last.  Each
 * file is written beside itself, synced, and renamed over, so at any instant it is
 * old or new as a whole.  What is still `prepared` with nobody at work was cut short:
 * journal_recover puts everything back, so the tree is all old or all new.
 *
 * Calling order:  begin, write, (run ...)*, commit; or rollback; then close.  While an
 * entry is open its project is locked against other heals.
 *
 * Undo looks first: a file whose present bytes are neither the old nor the new ones was
 * edited since, and nothing is touched unless forced; the bytes that force replaces are
 * kept in the entry as <i>.kept.  Old bytes, mode, owner and mtime come back, new files and the
 * folders made for them go. */
#ifndef HEAL_JOURNAL_JOURNAL_H
#define HEAL_JOURNAL_JOURNAL_H

#include "record/json.h"
#include "tree/change.h"

struct journal;

/* The way back, not yet on disk: journal_write and journal_run see to that before anything changes.
 * note: an object kept with the entry ("solution", "plan", "incident"), copied; may be NULL.
 * Refused when a file is no longer what `changes` says: somebody else was quicker. */
struct journal *journal_begin(
	const struct tree *t, const struct change *changes, size_t n, const struct json *note, struct err *err);
const char *journal_name(const struct journal *j);
/* Put the new contents in place.  On failure everything is put back before it returns. */
bool journal_write(struct journal *j, struct err *err);
/* Note, on disk, that a command is about to run, and the one that takes it back (may be NULL). */
bool journal_run(struct journal *j, char *const *argv, const char *dir, char *const *undo, struct err *err);
bool journal_commit(struct journal *j, struct err *err);
/* Everything back.  false is serious: err names what could not be restored. */
bool journal_rollback(struct journal *j, struct err *err);
/* Neither committed nor rolled back: rolls back. */
void journal_close(struct journal *j);

enum undo_force { UNDO_CAREFUL, UNDO_FORCE };
/* Take an applied entry back, or finish the work of a heal that died.  Status HEAL_WRONG: no such
 * entry; HEAL_PERSON: a file was edited since (err names it); HEAL_REFUSED: another heal is at
 * work; HEAL_BROKEN: a command of the way back failed, the files are restored. */
bool journal_undo(const char *name, enum undo_force force, struct err *err);

/* Roll back what dead processes left.  The number of entries put back, -1: err (the others are done). */
int journal_recover(struct err *err);

struct journal_entry {
	struct str name, state, root, time; /* state: prepared, applied, undone */
	struct str *paths;
	size_t n;
	struct json *manifest; /* all of it; "note" holds what journal_begin was given */
};
/* All entries, newest first. */
bool journal_list(struct arena *a, struct journal_entry **at, size_t *n, struct err *err);
/* Throw away what is older than `days`, and the oldest beyond `bytes`; 0: no limit.  What 'heal undo' would take
 * back next in a project, and what was cut short, stays whatever its age and size. */
struct prune_limits {
	int64_t days;
	uint64_t bytes;
};
struct pruned {
	size_t removed, kept;
	uint64_t removed_bytes, kept_bytes;
};
bool journal_prune(const struct prune_limits *limits, struct pruned *p, struct err *err);
/* The same after the entry of that name was added, when it is due: the limit is passed, or a day has. */
bool journal_prune_after(const struct prune_limits *limits, struct str name, struct err *err);
/* The bytes that entry kept of its i-th file. */
bool journal_old(struct arena *a, const struct journal_entry *e, size_t i, struct str *old, struct err *err);

#endif
