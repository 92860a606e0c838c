/* entry.h - inside the room: a journal entry on disk, and one file of the project put in place */
#ifndef HEAL_ENTRY_H
#define HEAL_ENTRY_H

#include "journal.h"

struct journal_file {
	struct str path, old_sha, new_sha;	/* empty sha: no such file, or not known */
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
	const struct change *changes;	/* while it is being applied */
	bool finished;			/* committed or rolled back */
};

/* The folder of all entries, made when it is not there; held: its lock, to be closed. */
bool entries_dir(struct arena *a, struct str *dir, int *held, struct err *err);
/* An entry that is there.  Takes its lock: HEAL_REFUSED when somebody is at work on it. */
struct journal *entry_open(struct str dir, const char *name, struct err *err);
/* Open its project and lock it. */
bool entry_lock_root(struct journal *j, struct err *err);
void entry_close(struct journal *j);
/* A file of the entry, synced; then the entry's folder is. */
bool entry_write(struct journal *j, const char *name, struct str content, struct err *err);
bool entry_state(struct journal *j, const char *state, struct err *err);
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
	bool keep_owner;		/* a file that was there: its owner must be kept */
	const struct timespec *mtime;	/* NULL: now */
};

/* The name that file i of the entry is written under before it is renamed. */
struct str beside_name(struct arena *a, const struct journal *j, size_t i);
/* Write content beside the file, synced, with the looks and the present file's extended attributes. */
bool beside_write(struct journal *j, size_t i, struct str content, const struct looks *looks, struct err *err);
/* Rename it over the file, or to a name that must be free. */
bool beside_rename(struct journal *j, size_t i, bool replace, struct err *err);
void beside_remove(struct journal *j, size_t i);
/* Set mode and, unless NULL, mtime of the present file. */
bool looks_set(struct journal *j, size_t i, const struct looks *looks, struct err *err);

#endif
