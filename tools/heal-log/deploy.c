/* heal-log deploy - note that a version was deployed */
#include <stdio.h>
#include <string.h>

#include "deploys.h"
#include "config/config.h"

enum { VERSION_MOST = 200 };

static const char *env, *at, *status = "succeeded";
static const struct opt deploy_opts[] = {
	OPT_STORE,
	OPT_STR('e', "env", "NAME", &env, "where it was deployed, such as production"),
	OPT_STR('a', "at", "TIME", &at, "when: a date, a time, or an age such as 2h (default: now)"),
	OPT_CHOICE(0, "status", "succeeded|failed|rolled_back", &status, "the result (default: succeeded)"),
	OPT_WINDOW,
	OPT_CHOICE('f', "format", "human|ndjson", &format, "text, or a JSON object"),
	OPT_END,
};

static void name_check(const char *what, const char *name)
{
	struct str s = str_of(name);

	if (!s.n || s.n > VERSION_MOST || str_has_control(s) || !utf8_valid(s))
		die(HEAL_WRONG, "%s must be 1 to %d bytes of text without control characters", what, VERSION_MOST);
}

static void dry_refuse(void)
{
	struct config *c = config_or_die(NULL);
	bool dry = config_bool(c, "dry_run");

	config_free(c);
	if (dry)
		die(HEAL_WRONG, "dry_run is set: nothing is stored");
}

static int deploy(int argc, char **argv)
{
	struct asking q = { .run = ARENA_INIT, .row = ARENA_INIT };

	if (argc != 2)
		die(HEAL_WRONG, "'deploy' requires one version, such as a tag or a commit");
	name_check("a version", argv[1]);
	if (env)
		name_check("--env", env);
	dry_refuse();
	struct record r = record_new(&q.run, KIND_DEPLOYMENT);
	if (at && !store_since(&q.run, at, &r.time, &q.err))
		die(q.err.status, "--at: %s", q.err.text);
	r.deployment = (struct deployment){
		.revision = str_of(argv[1]), .environment = str_of(env), .status = str_of(status)
	};
	buf_init(&q.out, OUT_MAX);
	q.store = store_open(store_chosen(&q.run), &q.err);
	if (!q.store)
		die(q.err.status, "%s", q.err.text);
	bool ok = store_add(q.store, &r, &q.err);
	const char *waits = store_notice(q.store);
	if (waits)
		say("%s", waits);
	if (!store_is_away(q.store))
		ok = ok && deploys_print(&q, r.id, STR_NONE);
	return ask_end(&q, ok);
}

const struct log_command deploy_command = { "deploy",
	{ "heal-log deploy", "VERSION", "note that a version was deployed, and print what rose after it", deploy_opts,
		NULL },
	deploy };
