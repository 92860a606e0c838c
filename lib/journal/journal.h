/* journal.h - undo journal: change several files as one transaction
 *
 * An entry is a directory below the state directory, undo/<uuid7>/:
 *
 *     manifest.json   version, state, time, root, and the operations: "files" (edit, create, delete, mode; write: by a
 *                     command), "folders" that were made, "commands" (install, run)
 *     <i>.old         the old contents of the i-th file
 *     <i>.link        the old file itself, if it has other names and the file system permits another one
 *     <i>.kept        contents that undo replaced although they were neither the old nor the new ones
 *     lock            locked by the running process; the kernel releases it when that exits; its content marks an
 *                     entry with a final state
 *
 * undo/settled says up to which entry all are final, so that recovery need not look at each (settled.c).
 *
 * States: prepared -> applied -> undone.  The entry is on disk (fsync) as `prepared` before the first file of the
 * project is replaced, and `applied` after the last.  Each file is written under a temporary name, synced and renamed,
 * so it is always either old or new.  An entry that is `prepared` but not locked was interrupted: journal_recover
 * restores all its files.
 *
 * An entry is a list of operations to reverse, not a program: it is read only if it belongs to this user and nobody
 * else can write to it (private_folder.h); its files are below its root and permitted by the policy; and the command
 * that undoes an installation is made from the policy's table for the command that was run.
 *
 * Calling order:  begin, write, (run ...)*, commit; or rollback; then close.  While an entry is open, its project is
 * locked against other heal processes.
 *
 * Undo checks all files first: if one has neither the old nor the new contents, it was edited since, and nothing is
 * changed unless forced; the replaced contents are then kept in the entry as <i>.kept.  Undo restores contents, mode,
 * owner, times and extended attributes, and removes new files and the directories made for them.
 *
 * A file with several hard links is replaced, whatever is changed, so that the other names keep contents, mode and
 * times; undo puts the old file back under this name, if the other names still have it unchanged. */
#ifndef HEAL_JOURNAL_JOURNAL_H
#define HEAL_JOURNAL_JOURNAL_H

#include "policy/policy.h"
#include "record/json.h"
#include "tree/change.h"

struct journal;

/* Prepare an entry with the old contents.  It is not yet on disk: journal_write and journal_run sync it first.
 * policy: must outlive the entry.  note: an object stored with the entry ("solution", "plan", "incident"), copied; may
 * be NULL.  Refused if a file differs from the state in `changes`. */
struct journal *journal_begin(const struct policy *policy, const struct tree *t, const struct change *changes, size_t n,
	const struct json *note, struct err *err);
const char *journal_name(const struct journal *j);
/* Replace the files by their new contents.  On failure all are restored. */
bool journal_write(struct journal *j, struct err *err);
/* Record on disk that a command is about to run, and which version it may replace. */
bool journal_run(struct journal *j, const struct command *c, struct err *err);
/* What the command that has run was confined by; on disk with the next state. */
void journal_ran(struct journal *j, const struct str_list *confined, const struct str_list *unconfined);
bool journal_commit(struct journal *j, struct err *err);
/* Restore everything.  Status HEAL_BROKEN: err names what could not be restored; HEAL_REFUSED: all is restored, but the
 * journal could not be written, so the next start looks at it again. */
bool journal_rollback(struct journal *j, struct err *err);
/* Rolls back unless committed. */
void journal_close(struct journal *j);

/* Notes for the user after an undo: lines, in the arena. */
struct undo_notes {
	struct arena *a;
	bool asks; /* it failed only because a command needs UNDO_COMMANDS */
	struct str *at;
	size_t n, room;
};

enum undo_how {
	UNDO_CAREFUL = 0,
	UNDO_FORCE = 1,      /* also files that were edited since */
	UNDO_COMMANDS = 2,   /* run the commands that undo installations */
	UNDO_FILES_ONLY = 4, /* leave what commands installed */
};
/* Undo an applied entry, or an interrupted one.  Status HEAL_WRONG: no such entry, or one that the policy does not
 * permit to undo; HEAL_PERSON: a file was edited since (err names it), or the undo has to run a command and neither
 * UNDO_COMMANDS nor UNDO_FILES_ONLY is given; HEAL_REFUSED: nothing is changed; HEAL_BROKEN: something could not be
 * restored.  notes: may be NULL. */
bool journal_undo(
	const struct policy *policy, const char *name, unsigned how, struct undo_notes *notes, struct err *err);

/* Is there an entry of this project that may have been interrupted?  Quick. */
bool journal_interrupted(struct str root);
/* Roll back the interrupted entries of this project; no command is run.  Returns their number; -1: err (the others are
 * done). */
int journal_recover(const struct policy *policy, const struct tree *t, struct undo_notes *notes, struct err *err);

struct journal_entry {
	struct str name, state, root, time; /* state: prepared, applied, undone; refused: it is not read (why) */
	struct str why;
	struct str *paths;
	size_t n;
	struct json *manifest; /* the whole manifest; "note" is that of journal_begin */
};
/* The entries from that name on, newest first; from empty: all.  Names are ordered by the time of their making. */
bool journal_list(struct arena *a, struct str from, struct journal_entry **at, size_t *n, struct err *err);
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
