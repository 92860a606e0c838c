/* private_folder.h - folders that only this user can have written to
 *
 * What heal stores for itself (backups, queue, store) it acts on later.  So a folder or file of another user, or one
 * that others can write, is not used; neither is a symlink in the place of the folder.  For root this includes a home
 * of another user, as `sudo` without -H leaves in HOME. */
#ifndef HEAL_BASE_PRIVATE_FOLDER_H
#define HEAL_BASE_PRIVATE_FOLDER_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/diag.h"

/* Check a folder.  1: usable; 0: it does not exist; -1: err has the reason and what to do. */
int private_folder(const char *path, struct err *err);
/* The same of a folder in a private one, which is looked at as well. */
int private_folder_in(const char *outer, const char *path, struct err *err);
/* Check it, or make it and its missing parents with mode 0700. */
bool private_folder_make(const char *path, struct err *err);
/* May a file for this user, such as settings, hooks and rules, be trusted?  Not if another user
 * owns it, except root, or if another user may write it.  false: err says who. */
bool trusted_stat(const struct stat *st, const char *shown, struct err *err);
/* The same check of an open file or folder; shown: its name for err. */
bool private_stat(const struct stat *st, const char *shown, struct err *err);

#endif
