/* journal_entry.h - inside the room: a journal entry on disk, and one file of the project put in place */
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
	bool synced;                  /* the way back is on disk */
	bool finished;                /* committed or rolled back */
};

/* The folder of all entries, made when it is not there; held: its lock, to be closed. */
bool entries_dir(struct arena *a, struct str *dir, int *held, struct err *err);
/* An entry that is there.  Takes its lock: HEAL_REFUSED when somebody is at work on it. */
struct journal *entry_open(struct str dir, const char *name, struct err *err);
/* Open its project and lock it. */
bool entry_lock_root(struct journal *j, struct err *err);
void entry_close(struct journal *j);
/* A file of the entry as a whole; not on disk until entry_sync says so. */
bool entry_put(struct journal *j, const char *name, struct str content, struct err *err);
/* The same, on disk when it returns. */
bool entry_write(struct journal *j, const char *name, struct str content, struct err *err);
/* The way back on disk: old bytes, manifest, the entry's folder, and the folder that names the entry. */
bool entry_sync(struct journal *j, struct err *err);
/* The manifest with that state, on disk; for one that is final, after what was done to the project. */
bool entry_state(struct journal *j, const char *state, struct err *err);
/* A mark in the entry's lock: its state is final.  Only saves recovery from reading the manifest. */
bool entry_is_marked(int dir, const char *name);
void entry_mark(struct journal *j);
/* The bytes that its files take. */
uint64_t entry_size(const struct journal *j);
/* Throw the entry away. */
void entry_remove(struct journal *j);
/* Everything back; the state says so. */
bool entry_restore(struct journal *j, enum undo_force force, struct err *err);
/* The rows of the manifest as files. */
bool entry_files(struct journal *j, struct err *err);

/* What a file gets besides its bytes. */
struct looks {
	mode_t mode;
	uid_t uid;
	gid_t gid;
	bool keep_owner;              /* a file that was there: its owner must be kept */
	const struct timespec *mtime; /* NULL: now */
};

/* The name that file i of the entry is written under before it is renamed. */
struct str replacement_name(struct arena *a, const struct journal *j, size_t i);
/* Write content beside the file with the looks and the present file's extended attributes. */
bool replacement_write(struct journal *j, size_t i, struct str content, const struct looks *looks, struct err *err);
/* What was written beside on disk: before it is renamed, or a power cut may leave an empty file. */
bool replacement_sync(struct journal *j, size_t i, struct err *err);
/* Rename it over the file, or to a name that must be free.  The folder is not synced. */
bool replacement_rename(struct journal *j, size_t i, bool replace, struct err *err);
/* The folders that hold the files of the entry, as far as they are there: what was renamed is on disk. */
bool replacement_sync_folders(struct journal *j, struct err *err);
void replacement_remove(struct journal *j, size_t i);
/* Set mode and, unless NULL, mtime of the present file. */
bool looks_set(struct journal *j, size_t i, const struct looks *looks, struct err *err);

#endif
