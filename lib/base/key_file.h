/* key_file.h - read a secret key from a file that only this user can access */
#ifndef HEAL_BASE_KEY_FILE_H
#define HEAL_BASE_KEY_FILE_H

#include "base/arena.h"
#include "base/diag.h"

/* The first line of the file, without white space at both ends.  path: absolute, or below the home directory with "~/".
 * setting: for err.  false: it is not a regular file, or of another user, or others can read it, or it is empty. */
bool key_file_read(struct arena *a, struct str path, const char *setting, struct str *key, struct err *err);

#endif
