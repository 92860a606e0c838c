/* mount_namespace.h - mount a copy of the project over the original, for one process and its children
 *
 * Build trees contain the absolute path of the project (a CMake cache refuses another path), and commands write to
 * absolute names.  In its own mount namespace a process sees the copy at the path of the original, and cannot reach the
 * original by that path. */
#ifndef HEAL_EXEC_MOUNT_NAMESPACE_H
#define HEAL_EXEC_MOUNT_NAMESPACE_H

#include <stdbool.h>

/* Call in a child before exec: mounts `copy` over `original`.  Both are absolute real paths of directories.  The
 * working directory is unchanged: enter it again by its name.  false: not permitted (errno). */
bool mount_namespace_enter(const char *copy, const char *original);

#endif
