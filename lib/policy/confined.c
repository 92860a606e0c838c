#include "policy/confined.h"

#include "base/path.h"
#include "base/proc.h"
#include "rules/confinement_profile.h"
#include "tree/repository.h"

static void list_of(struct arena *a, const struct names *names, struct str_list *out)
{
	*out = (struct str_list){ 0 };
	for (size_t i = 0; i < names->all.n; i++)
		*VEC_ADD(a, out) = names->all.at[i];
}

void confined_list(struct arena *a, const struct confinement *profile, unsigned enforced, struct str_list *in,
	struct str_list * not )
{
	struct names enforced_ones = { 0 }, lacking = { 0 };

	enforced_names(a, enforced, &enforced_ones);
	lacking_names(a, profile, enforced, &lacking);
	list_of(a, &enforced_ones, in);
	list_of(a, &lacking, not );
	if (!in->n)
		*VEC_ADD(a, in) = STR("none");
}

static void add_setting(struct arena *a, const struct config *config, const char *key, struct names *to)
{
	const struct str *values;
	size_t n = config_list(config, key, &values);

	for (size_t i = 0; i < n; i++)
		*VEC_ADD(a, &to->all) = values[i];
}

/* repository_find makes sure that a repository elsewhere names this working tree in turn. */
static void add_repository(struct arena *a, const struct pack *pack, struct str root, struct names *to)
{
	struct node rows = pack_table(pack, "vcs");
	struct repository at;

	for (uint32_t i = 0; i < node_count(rows); i++) {
		struct str sign = node_str(node_get(node_at(rows, i), "sign"));
		if (sign.n && repository_find(a, root, sign, &at) && !path_below(at.objects, at.top).p)
			*VEC_ADD(a, &to->all) = arena_str(a, path_dir(at.objects));
	}
}

const struct confinement *trial_profile(
	struct arena *a, const struct pack *pack, const struct config *config, struct str root)
{
	struct confinement *c = confinement_profile(a, pack_table(pack, "confinement"), "trial");

	if (!c)
		return NULL;
	c->home |= config_bool(config, "trial.home");
	if (config_bool(config, "trial.network"))
		c->network = NETWORK_ALL;
	add_repository(a, pack, root, &c->shown);
	add_setting(a, config, "trial.variables", &c->variables);
	add_setting(a, config, "trial.writable", &c->writable);
	return c;
}

const struct confinement *trial_profile_offline(
	struct arena *a, const struct pack *pack, const struct config *config, struct str root)
{
	const struct confinement *trial = trial_profile(a, pack, config, root);
	struct confinement *own = ARENA_NEW(a, struct confinement);

	if (!trial)
		return NULL;
	*own = *trial;
	own->network = NETWORK_LOOPBACK;
	unsigned enforced = confinement_try(a, own);
	return enforced & ENFORCED_MOUNTS || enforced >= ENFORCED_LANDLOCK ? own : NULL;
}

const struct confinement *command_profile(
	struct arena *a, const struct pack *pack, const struct config *config, const struct command *c, struct err *err)
{
	struct confinement *own = confinement_profile(a, pack_table(pack, "confinement"), arena_strdup(a, c->profile));

	if (!own) {
		err_set(err, HEAL_WRONG, "'%s' is not run: the table 'confinement' has no profile '%.*s'", c->argv[0],
			STR_ARG(c->profile));
		return NULL;
	}
	if (config_bool(config, "command.network"))
		own->network = NETWORK_ALL;
	add_setting(a, config, "command.variables", &own->variables);
	add_setting(a, config, "command.writable", &own->writable);
	return own;
}

const struct confinement *question_profile(struct arena *a, const struct pack *pack, const struct command *c)
{
	struct confinement *own = confinement_profile(a, pack_table(pack, "confinement"), arena_strdup(a, c->profile));

	if (!own)
		return NULL;
	/* It reads where the command installs. */
	for (size_t i = 0; i < own->writable.all.n; i++)
		*VEC_ADD(a, &own->shown.all) = own->writable.all.at[i];
	own->writable = (struct names){ 0 };
	if (own->network != NETWORK_NONE)
		own->network = NETWORK_LOOPBACK;
	return own;
}

void confined_in_project(struct proc *p, const struct confinement *profile, struct str root)
{
	p->confinement = profile;
	p->write = p->read = root.p;
}
