/* journal_entry.h - internal: a journal entry on disk, and atomic replacement of files */
#ifndef HEAL_JOURNAL_JOURNAL_ENTRY_H
#define HEAL_JOURNAL_JOURNAL_ENTRY_H

#include "journal/journal.h"

/* What was done with a file; the words are in operations.c. */
enum file_op { OP_NONE, OP_EDIT, OP_CREATE, OP_DELETE, OP_MODE, OP_WRITE };

struct journal_file {
	enum file_op op;
	struct str path, old_sha, new_sha; /* empty sha: no such file, or not known */
	struct str kept_sha;               /* of <i>.kept; empty: there is none */
	bool existed, touch;               /* touch: a command writes it */
	mode_t old_mode, mode;
	uid_t uid;
	gid_t gid;
	struct timespec mtime, atime;
	bool linked;               /* it had other names */
	const struct json *xattrs; /* NULL: not recorded */
	struct json *row;
};

struct journal {
	struct arena a;
	const struct policy *policy;
	struct str name, dir;
	int dir_fd, lock_fd, root_fd;
	struct tree tree;
	struct json *manifest;
	struct journal_file *files;
	size_t n;
	const struct change *changes; /* while it is being applied */
	bool *placed;                 /* while it is being applied: file i may have been changed by heal */
	struct dirs_above folders;    /* made for new files */
	struct undo_notes *notes;     /* NULL: not collected */
	bool synced;                  /* the old contents are on disk */
	bool changed;                 /* something in the project was changed since the entry was opened */
	bool finished;                /* committed or rolled back */
};

/* ---- the entry: journal_entry.c ---- */

/* The directory of all entries, created if missing; held: its lock, which the caller closes. */
bool entries_dir(struct arena *a, struct str *dir, int *held, struct err *err);
/* The same without creating or locking it.  1; 0: there is none; -1: err. */
int entries_dir_there(struct arena *a, struct str *dir, struct err *err);
/* Open and lock an existing entry.  busy (may be NULL): another process has locked it. */
struct journal *entry_open(struct str dir, const char *name, bool *busy, struct err *err);
/* Open its project, lock it, and read the operations. */
bool entry_open_root(struct journal *j, struct err *err);
/* Lock the project. */
bool entry_lock_root(struct journal *j, struct err *err);
void entry_close(struct journal *j);
/* Read a file of an entry, if only this user can have written it.  1; 0: it does not exist; -1: err.  st: NULL, or for
 * what is known of the file that was read. */
int entry_read(struct arena *a, struct str dir, struct str name, const char *file, size_t max, struct str *out,
	struct stat *st, struct err *err);
/* Manifests that this process has parsed (entry_cache.c): fill e, whose name is given, from one whose file is
 * unchanged. */
bool entry_cached(int dir_fd, struct str dir, struct journal_entry *e);
/* The arena in which to read and parse one that is to be kept, or NULL: there is no room. */
struct arena *entry_cache_arena(struct str dir, struct str name);
/* Keep what came of it, if its file was not written a moment ago. */
void entry_cache_keep(struct journal_entry *e, const struct stat *st);
enum { MANIFEST_MAX = 16 << 20 };
/* Write a file of the entry; it is on disk only after entry_sync. */
bool entry_put(struct journal *j, const char *name, struct str content, struct err *err);
/* The same, and sync it. */
bool entry_write(struct journal *j, const char *name, struct str content, struct err *err);
/* Sync the old contents, the manifest, the directory of the entry and its parent. */
bool entry_sync(struct journal *j, struct err *err);
/* Write the manifest with that state and sync it; a final state only after the changes to the project. */
bool entry_state(struct journal *j, const char *state, struct err *err);
/* Does the name look like that of an entry? */
bool entry_is_name(const char *name);
/* Mark the state as final in the lock file, so that recovery need not read the manifest. */
bool entry_is_marked(int dir, const char *name);
void entry_mark(struct journal *j);
/* The size of its files. */
uint64_t entry_size(const struct journal *j);
/* Delete the entry. */
void entry_remove(struct journal *j);
/* The name of a file that belongs to the i-th file of the project: "3.old". */
struct str entry_file_name(struct arena *a, size_t i, const char *suffix);

/* ---- operations: operations.c ---- */

/* Make the manifest from the changes. */
void manifest_make(struct journal *j, const struct json *note);
void manifest_folders(struct journal *j);
/* Read the operations from the manifest; refused unless the policy permits to write each file. */
bool entry_files(struct journal *j, struct err *err);

/* Note in the row of a command what confined it. */
void row_confined(
	struct journal *j, struct json *row, const struct str_list *confined, const struct str_list *unconfined);

/* ---- undo: undo.c, undo_commands.c ---- */

/* Restore everything and set the state. */
bool entry_restore(struct journal *j, unsigned how, struct err *err);
__attribute__((format(printf, 2, 3))) void undo_note(struct journal *j, const char *format, ...);
/* Find out which commands undo the installations, last first.  false: err, or it needs confirmation. */
struct undo_command {
	char *const *argv;
	struct command of; /* the command that it undoes */
	struct json *row;
	struct undo_command *next;
};
/* The command of a row of the manifest, if the policy permits it. */
bool command_again(struct journal *j, const struct json *row, struct command *c, struct err *err);
bool undo_commands_find(struct journal *j, unsigned how, struct undo_command **first, struct err *err);
/* Run them; false: one failed (the others are run). */
bool undo_commands_run(struct journal *j, const struct undo_command *first, struct err *err);
/* All entries' names, newest first: recover.c. */
struct entry_names {
	struct str *at;
	size_t n, room;
};
struct entry_names entry_names(struct arena *a, struct str dir);

/* ---- settled.c ---- */

/* The entries up to `upto`, except `open`, are known to be final; upto empty: nothing is known. */
struct settled {
	struct str upto;
	struct entry_names open;
};
/* dir_fd: the directory of all entries. */
struct settled settled_read(struct arena *a, int dir_fd);
bool settled_covers(const struct settled *s, struct str name);
/* Look at the entries and write it.  The caller holds the lock of entries_dir. */
void settled_write(struct arena *a, struct str dir);
/* Empty it, on disk, before an entry that it may cover is open again; entry_fd: the directory of that entry.  Returns
 * its lock, which the caller closes when the mark of the entry is removed; -1: err. */
int settled_empty(int entry_fd, struct err *err);

/* ---- installed.c ---- */

/* The version of the command's package that is installed; "" if none is.  false: not known. */
bool installed_version(struct arena *a, const struct policy *policy, const struct tree *t, const struct command *c,
	struct str *version);

/* ---- replacement: atomic_replace.c, file_attributes.c ---- */

/* Attributes of a new file. */
struct looks {
	mode_t mode;
	uid_t uid;
	gid_t gid;
	bool keep_owner;                      /* replace an existing file: keep its owner */
	const struct timespec *mtime, *atime; /* NULL: now */
	const struct json *xattrs;            /* exactly these; NULL: those of the present file */
};

/* The temporary name of file i of the entry. */
struct str replacement_name(struct arena *a, const struct journal *j, size_t i);
/* Write content to the temporary file, with the attributes and the present file's extended attributes. */
bool replacement_write(struct journal *j, size_t i, struct str content, const struct looks *looks, struct err *err);
/* Sync the temporary file before the rename; otherwise a power failure may leave an empty file. */
bool replacement_sync(struct journal *j, size_t i, struct err *err);
/* Rename it over the file, or to a name that must not exist.  The directory is not synced. */
bool replacement_rename(struct journal *j, size_t i, bool replace, struct err *err);
/* Sync the existing directories of the files of the entry, so that the renames are on disk. */
bool replacement_sync_folders(struct journal *j, struct err *err);
/* Remove the temporary file, if there is one. */
bool replacement_remove(struct journal *j, size_t i, struct err *err);
/* Delete the file. */
bool file_remove(struct journal *j, size_t i, struct err *err);

/* Give the old file another name in the entry, <i>.link; it is not an error if the file system does not permit it. */
bool link_keep(struct journal *j, size_t i, struct err *err);
/* Put the linked file back, if it is unchanged.  1: it is in place; 0: there is none, or it was changed; -1: err. */
int link_restore(struct journal *j, size_t i, struct err *err);
/* Remove the links of an entry that is undone. */
bool links_remove(struct journal *j, struct err *err);

/* The attributes of the open file as an object: name to hexadecimal digits; NULL: too many. */
struct json *attributes_read(struct arena *a, int fd);
/* Set attributes of fd; present: the file that it replaces, or -1. */
bool attributes_set(int fd, int present, const struct looks *looks);
/* Set the mode and, unless NULL, the times of the present file.  1: done; 0: it has other names, so it must be
 * replaced; -1: err. */
int looks_set(struct journal *j, size_t i, const struct looks *looks, struct err *err);

#endif
