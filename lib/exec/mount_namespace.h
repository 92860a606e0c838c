/* mount_namespace.h - a copy of the project in the place of the original, for one process and its children
 *
 * Build trees name the project by its absolute path (a CMake cache refuses to work under another), and
 * commands write to absolute names.  In a mount namespace of its own a process finds the copy where the
 * original stands, and cannot reach the original by its name. */
#ifndef HEAL_EXEC_MOUNT_NAMESPACE_H
#define HEAL_EXEC_MOUNT_NAMESPACE_H

#include <stdbool.h>

/* For a child, before it starts the command: from here on `original` holds what `copy` holds.  Both are
 * folders, absolute and real.  The working directory stays where it was: enter it anew by its name.
 * false: the system does not let us (errno); nothing has changed then but perhaps the namespace. */
bool mount_namespace_enter(const char *copy, const char *original);

#endif
