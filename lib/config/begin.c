/* Load the settings for a tool. */
#include "config/config.h"

/* A tool that ends for a wrong option does not free its settings.  They are still referred to then, which a check for
 * leaks wants to see. */
static struct config *in_use __attribute__((used));

struct config *config_or_die(const char *root)
{
	const char *const *warnings;
	struct err err;
	struct config *c = config_load(root, &err);

	if (!c)
		die(err.status, "%s", err.text);
	in_use = c;
	for (size_t i = 0, n = config_warnings(c, &warnings); i < n; i++)
		say("%s", warnings[i]);
	return c;
}

struct config *config_of_project_or_die(const char *root)
{
	struct arena a = ARENA_INIT;
	struct config *c = config_or_die(root ? root : project_root(&a, ".").p);

	arena_free(&a);
	return c;
}
