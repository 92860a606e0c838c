/* review_files.h - which files of the review queue are trusted
 *
 * Plans, approvals and denials are files below the state directory.  What another user could have written there is not
 * evidence of what this user decided:
 *
 *   - each directory on the way belongs to this user or root, and nobody else may write to it, except where the sticky
 *     bit keeps others from replacing its files
 *   - a file is regular, has one name, is not writable by others, and belongs to this user
 *
 * The setting `approvers` names users whose approvals count besides; the directory of approvals may then be a shared
 * one with the sticky bit. */
#ifndef HEAL_POLICY_REVIEW_FILES_H
#define HEAL_POLICY_REVIEW_FILES_H

#include <sys/types.h>

#include "config/config.h"

/* "DIR" or "DIR/NAME" below the state directory; p == NULL if there is none. */
struct str review_path(struct arena *a, const char *dir, const char *name);
/* The user's name, or the number. */
struct str user_name(struct arena *a, uid_t uid);
/* Does the setting `approvers` name the user?  config may be NULL: nobody. */
bool is_approver(const struct config *config, uid_t uid);

/* May files in this directory be trusted?  false: err says which directory may not, and why. */
bool review_folder_check(const char *path, const struct config *config, struct err *err);
/* Read a file that may be trusted, and its owner.  false: err; HEAL_WRONG if there is none. */
bool review_file_read(struct arena *a, const char *path, const struct config *config, struct str *text, uid_t *owner,
	struct err *err);

#endif
