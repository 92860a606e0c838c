/* heal-log import, gc - add records, remove old ones */
#include <inttypes.h>
#include <stdio.h>

#include "ask.h"
#include "config/config.h"

static const char *older;
static const struct opt import_opts[] = { OPT_STORE, OPT_END };
static const struct opt gc_opts[] = {
	OPT_STORE,
	OPT_STR('o', "older", "AGE", &older, "remove what is older than AGE, instead of the setting log.max_days"),
	OPT_END,
};

static int import(int argc, char **argv)
{
	quiet = importing = true;
	return filter(argc, argv);
}

/* The age to keep; false: none is set. */
static const char *age_chosen(struct arena *a)
{
	struct config *c = config_or_die(NULL);
	int64_t days = config_int(c, "log.max_days");

	if (config_bool(c, "dry_run"))
		die(HEAL_REFUSED, "dry_run is set (%s), so nothing is removed", config_origin(c, "dry_run"));
	config_free(c);
	return older ? older : days > 0 ? arena_printf(a, "%" PRId64 "d", days).p : NULL;
}

static int gc(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct err err;
	struct str before;
	int64_t removed = 0;

	no_operands(argc, argv);
	const char *age = age_chosen(&a);
	if (!age)
		die(HEAL_WRONG, "no retention is set; give --older, such as 90d, or set log.max_days");
	if (!store_since(&a, age, &before, &err))
		die(err.status, "--older: %s", err.text);
	struct store *s = store_open_all(store_chosen(&a), &err);
	if (!s || !store_remove_before(s, before, &removed, &err))
		die(err.status, "%s", err.text);
	store_close(s);
	say("%" PRId64 " records before %.*s removed", removed, STR_ARG(before));
	arena_free(&a);
	return HEAL_OK;
}

const struct log_command import_command = { "import",
	{ "heal-log import", "[file ...]",
		"store records, as heal-log --quiet; the output of export makes the same store", import_opts, NULL },
	import };
const struct log_command gc_command = { "gc",
	{ "heal-log gc", "", "remove the incidents, events and sessions before a time; what was learned stays", gc_opts,
		NULL },
	gc };
