/* journal_entry.h - internal: a journal entry on disk, and atomic replacement of files */
#ifndef HEAL_JOURNAL_JOURNAL_ENTRY_H
#define HEAL_JOURNAL_JOURNAL_ENTRY_H

#include "journal/journal.h"

struct journal_file {
	struct str path, old_sha, new_sha; /* empty sha: no such file, or not known */
	bool existed, touch;
	mode_t old_mode, mode;
	uid_t uid;
	gid_t gid;
	struct timespec mtime;
	struct json *row;
};

struct journal {
	struct arena a;
	struct str name, dir;
	int dir_fd, lock_fd, root_fd;
	struct tree tree;
	struct json *manifest;
	struct journal_file *files;
	size_t n;
	const struct change *changes; /* while it is being applied */
	bool synced;                  /* the old contents are on disk */
	bool finished;                /* committed or rolled back */
};

/* The directory of all entries, created if missing; held: its lock, which the caller closes. */
bool entries_dir(struct arena *a, struct str *dir, int *held, struct err *err);
/* Open and lock an existing entry; HEAL_REFUSED if another process has locked it. */
struct journal *entry_open(struct str dir, const char *name, struct err *err);
/* Open its project and lock it. */
bool entry_lock_root(struct journal *j, struct err *err);
void entry_close(struct journal *j);
/* Write a file of the entry; it is on disk only after entry_sync. */
bool entry_put(struct journal *j, const char *name, struct str content, struct err *err);
/* The same, and sync it. */
bool entry_write(struct journal *j, const char *name, struct str content, struct err *err);
/* Sync the old contents, the manifest, the directory of the entry and its parent. */
bool entry_sync(struct journal *j, struct err *err);
/* Write the manifest with that state and sync it; a final state only after the changes to the project. */
bool entry_state(struct journal *j, const char *state, struct err *err);
/* Mark the state as final in the lock file, so that recovery need not read the manifest. */
bool entry_is_marked(int dir, const char *name);
void entry_mark(struct journal *j);
/* The size of its files. */
uint64_t entry_size(const struct journal *j);
/* Delete the entry. */
void entry_remove(struct journal *j);
/* Restore everything and set the state. */
bool entry_restore(struct journal *j, enum undo_force force, struct err *err);
/* Read the files from the manifest. */
bool entry_files(struct journal *j, struct err *err);

/* Attributes of a new file. */
struct looks {
	mode_t mode;
	uid_t uid;
	gid_t gid;
	bool keep_owner;              /* replace an existing file: keep its owner */
	const struct timespec *mtime; /* NULL: now */
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
void replacement_remove(struct journal *j, size_t i);
/* Set mode and, unless NULL, mtime of the present file. */
bool looks_set(struct journal *j, size_t i, const struct looks *looks, struct err *err);

#endif
