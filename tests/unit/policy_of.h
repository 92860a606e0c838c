/* policy_of.h - the built policy, for unit tests */
#ifndef HEAL_POLICY_OF_H
#define HEAL_POLICY_OF_H

#include <stdlib.h>

#include "base/diag.h"
#include "policy/policy.h"
#include "rules/pack.h"

struct built_policy {
	struct pack *pack;
	struct config *config;
	struct policy *policy;
};

/* Of the packs in HEAL_BUILD, with the user's settings; without them the test ends. */
static inline struct built_policy policy_built(void)
{
	struct arena a = ARENA_INIT;
	struct err err = { HEAL_WRONG, "set HEAL_BUILD to the build folder" };
	struct built_policy b = { 0 };
	const char *build = getenv("HEAL_BUILD");

	b.pack = build ? pack_load(arena_printf(&a, "%s/share/heal.pack", build).p, &err) : NULL;
	b.config = b.pack ? config_load(NULL, &err) : NULL;
	b.policy = b.config ? policy_new(b.pack, b.config, &err) : NULL;
	if (!b.policy)
		die(err.status, "%s", err.text);
	arena_free(&a);
	return b;
}

static inline void policy_built_free(struct built_policy *b)
{
	policy_free(b->policy);
	pack_free(b->pack);
	config_free(b->config);
}

#endif
