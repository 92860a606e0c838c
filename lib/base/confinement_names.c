/* The mechanisms of confinement as words, for records and reports. */
#include "base/confinement.h"

static void names_of(struct arena *a, unsigned bits, struct names *out)
{
	static const char *const names[] = { "session", "rlimits", "no_new_privs", "capabilities", "mounts", "netns",
		"seccomp", "descriptors", "environment" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bits & (1u << i))
			*VEC_ADD(a, &out->all) = str_of(names[i]);
}

void enforced_names(struct arena *a, unsigned enforced, struct names *out)
{
	if (enforced / ENFORCED_LANDLOCK)
		*VEC_ADD(a, &out->all) = arena_printf(a, "landlock-%u", enforced / ENFORCED_LANDLOCK);
	names_of(a, enforced, out);
}

void lacking_names(struct arena *a, const struct confinement *profile, unsigned enforced, struct names *out)
{
	unsigned wanted = ENFORCED_SESSION | ENFORCED_LIMITS | ENFORCED_NO_NEW_PRIVS | ENFORCED_CAPABILITIES |
		ENFORCED_SECCOMP | ENFORCED_DESCRIPTORS | ENFORCED_ENVIRONMENT;

	if (enforced < ENFORCED_LANDLOCK)
		*VEC_ADD(a, &out->all) = STR("landlock");
	if (!profile || profile->namespace)
		wanted |= ENFORCED_MOUNTS;
	if (!profile || profile->network == NETWORK_LOOPBACK)
		wanted |= ENFORCED_NETWORK;
	names_of(a, wanted & ~enforced, out);
}
