#include "exec/mount_namespace.h"

#include <sched.h>
#include <sys/mount.h>

#include "base/confinement_parts.h"

bool mount_namespace_enter(const char *copy, const char *original)
{
	bool as_user;

	/* Do not propagate mounts to the outer namespace. */
	return namespaces_enter(CLONE_NEWNS, &as_user) && mounts_private() &&
		mount(copy, original, NULL, MS_BIND, NULL) == 0;
}
