/* Settings: the layers, what an untrusted project may say, and what a fault does. */
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "base/proc.h"
#include "config/config.h"

static struct arena a;
static struct err err;
static char base[] = "/tmp/heal-config-XXXXXX";
static const char *root;

static void put(const char *path, const char *text)
{
	if (!file_replace(arena_printf(&a, "%s/%s", base, path).p, str_of(text), 0600, &err))
		die(HEAL_BROKEN, "%s", err.text);
}

static struct config *load(void)
{
	struct config *c = config_load(root, &err);

	if (!c)
		die(HEAL_BROKEN, "%s", err.text);
	return c;
}

static bool warned(const struct config *c, const char *words)
{
	const char *const *at;
	size_t n = config_warnings(c, &at);

	for (size_t i = 0; i < n; i++)
		if (strstr(at[i], words))
			return true;
	return false;
}

#define PROJECT "project/.heal/config.json"
#define USER "config/heal/config.json"

static void none(void)
{
	put(PROJECT, "{}");
	put(USER, "{}");
}

static void defaults(void)
{
	none();
	struct config *c = load();
	const char *const *at;
	ok(config_bool(c, "enabled") && !config_bool(c, "dry_run"), "on, and no dry run, by default");
	ok(config_double(c, "threshold") > 0.849 && config_double(c, "threshold") < 0.851, "the threshold is 0.85");
	is_int(config_int(c, "retry.attempts"), 3, "three tries");
	is_str(config_str(c, "environment"), "dev", "dev");
	is_str(str_of(config_origin(c, "threshold")), "default", "and says that it is the default");
	is_int((long long)config_warnings(c, &at), 0, "nothing to warn of");
	config_free(c);
}

static void layers(void)
{
	put(USER,
		"// mine\n{\"threshold\": 0.9, /* slow */ \"retry\": {\"delay\": 5},\n \"protected_paths\": [\"x\"]}");
	put(PROJECT, "{\"threshold\": 0.95, \"retry.attempts\": 1, \"protected_paths\": [\"y\", \"z\"]}");
	setenv("SELF_HEAL_MAX_ATTEMPTS", "7", 1);
	setenv("SELF_HEAL_RETRY_MULTIPLIER", "3", 1);
	setenv("HEAL_RETRY_MULTIPLIER", "4", 1);
	setenv("HEAL_PROTECTED_PATHS", "p:q", 1);
	struct config *c = load();
	const struct str *list;
	ok(config_double(c, "threshold") > 0.94, "the project tightens");
	ok(strstr(config_origin(c, "threshold"), ".heal/config.json:1"), "and says where");
	ok(config_double(c, "retry.delay") == 5 && strstr(config_origin(c, "retry.delay"), USER ":2"), "a nested key");
	is_int(config_int(c, "retry.attempts"), 1, "a dotted key");
	is_int(config_int(c, "max_attempts"), 7, "SELF_HEAL_ names work");
	ok(config_double(c, "retry.multiplier") == 4, "HEAL_ names are stronger");
	is_int((long long)config_list(c, "protected_paths", &list), 5, "lists add up");
	is_str(config_show(&a, c, "protected_paths"), "x, y, z, p, q", "in the layers' order");
	ok(config_set_flag(c, "threshold", "0.5", "--threshold", &err) && config_double(c, "threshold") == 0.5,
		"a flag wins");
	is_str(str_of(config_origin(c, "threshold")), "--threshold", "and says so");
	ok(!config_set_flag(c, "threshold", "1.5", "--threshold", &err) && strstr(err.text, "0..1"),
		"a value out of range is refused");
	ok(!config_set_flag(c, "backup", "false", "--backup", &err), "the backup cannot be switched off");
	config_free(c);
	unsetenv("SELF_HEAL_MAX_ATTEMPTS");
	unsetenv("SELF_HEAL_RETRY_MULTIPLIER");
	unsetenv("HEAL_RETRY_MULTIPLIER");
	unsetenv("HEAL_PROTECTED_PATHS");
}

/* Each of these would loosen. */
static void untrusted(void)
{
	static const char *const loose[] = { "\"threshold\": 0.1", "\"environment\": \"dev\"",
		"\"require_approval\": false", "\"dry_run\": false", "\"enabled\": true", "\"max_attempts\": 20",
		"\"allowed_commands\": [\"rm\"]", "\"store\": \"/x\"", "\"auto\": \"amber\"", "\"timeout\": 86400",
		"\"validation.level\": \"quick\"", "\"undo.max_mb\": 1", "\"trial\": {\"max_mb\": 65536}",
		"\"context.raise\": 0", "\"backup\": false" };
	static const char *const tight[] = { "\"threshold\": 0.99", "\"environment\": \"production\"",
		"\"require_approval\": true", "\"dry_run\": true", "\"enabled\": false", "\"max_attempts\": 1",
		"\"protected_paths\": [\"x\"]", "\"timeout\": 1", "\"validation.level\": \"thorough\"" };
	put(USER, "{\"environment\": \"staging\", \"require_approval\": true, \"dry_run\": true, \"enabled\": false}");
	for (size_t i = 0; i < sizeof(loose) / sizeof(loose[0]); i++) {
		put(PROJECT, arena_printf(&a, "{%s}", loose[i]).p);
		struct config *c = load();
		ok(warned(c, "heal trust") || warned(c, "cannot be changed"),
			arena_printf(&a, "an untrusted project cannot say %s", loose[i]).p);
		ok(str_is(config_str(c, "environment"), "staging") && config_bool(c, "require_approval") &&
				config_bool(c, "dry_run") && !config_bool(c, "enabled") &&
				config_int(c, "max_attempts") == 3 && config_double(c, "threshold") > 0.8 &&
				config_bool(c, "backup"),
			"and nothing is loosened");
		config_free(c);
	}
	put(USER, "{}");
	for (size_t i = 0; i < sizeof(tight) / sizeof(tight[0]); i++) {
		const char *const *at;
		put(PROJECT, arena_printf(&a, "{%s}", tight[i]).p);
		struct config *c = load();
		is_int((long long)config_warnings(c, &at), 0,
			arena_printf(&a, "an untrusted project can say %s", tight[i]).p);
		config_free(c);
	}
}

static void trust(void)
{
	struct str path = STR_NONE;

	put(PROJECT, "{\"threshold\": 0.2, \"allowed_commands\": [\"make <word>\"]}");
	struct config *c = load();
	is_int(config_trusted(c), TRUST_NONE, "not trusted yet");
	config_free(c);
	ok(config_trust(&a, root, &path, &err) && str_ends(path, ".heal/config.json"), "trusted now");
	c = load();
	const struct str *list;
	ok(config_trusted(c) == TRUST_YES && config_double(c, "threshold") < 0.3, "then it loosens");
	is_int((long long)config_list(c, "allowed_commands", &list), 1, "commands too");
	config_free(c);
	put(PROJECT, "{\"threshold\": 0.1}");
	c = load();
	ok(config_trusted(c) == TRUST_NONE && config_double(c, "threshold") > 0.8, "another content is another file");
	config_free(c);
	ok(config_trust(&a, root, NULL, &err) && config_distrust(&a, root, &err), "trust can be taken back");
	c = load();
	is_int(config_trusted(c), TRUST_NONE, "and then is gone");
	config_free(c);
	ok(!config_trust(&a, "/nonexistent", NULL, &err), "no file, no trust");
}

static void faults(void)
{
	static const struct {
		const char *text, *words;
		bool careful;
	} rows[] = {
		{ "{\"threshold\": 0.9,}", "skipped", true },
		{ "[]", "not a JSON object", true },
		{ "{\n\n\"treshold\": 0.9}", ":3: unknown key 'treshold'; did you mean 'threshold'?", true },
		{ "{\"wholly_else\": 1}", "unknown key 'wholly_else'", false },
		{ "{\"threshold\": \"high\"}", "threshold must be a number 0..1", true },
		{ "{\"threshold\": 7}", "threshold must be", true },
		{ "{\"max_attempts\": 1.5}", "whole number", true },
		{ "{\"environment\": \"moon\"}", "one of dev|staging|production", true },
		{ "{\"protected_paths\": [1]}", "list of texts", true },
		{ "{\"retry\": 3}", "unknown key 'retry'", false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		none();
		put(USER, rows[i].text);
		struct config *c = load();
		ok(warned(c, rows[i].words), rows[i].words);
		is_int(config_bool(c, "require_approval"), rows[i].careful, "and is careful from then on");
		config_free(c);
	}
	none();
	setenv("HEAL_ENV", "prod", 1);
	struct config *c = load();
	ok(warned(c, "HEAL_ENV: environment must be") && config_bool(c, "require_approval"),
		"a faulty variable makes careful");
	config_free(c);
	unsetenv("HEAL_ENV");
}

static void roots(void)
{
	const char *deep = arena_printf(&a, "%s/project/src/deep", base).p;

	dir_make(deep, &err);
	is_str(project_root(&a, deep), root, "the root is the nearest folder with .heal or .git");
	dir_make(arena_printf(&a, "%s/home/.git", base).p, &err);
	dir_make(arena_printf(&a, "%s/home/work", base).p, &err);
	const char *work = arena_printf(&a, "%s/home/work", base).p;
	is_str(project_root(&a, work), work, "the home folder is no project, whatever it holds");
}

/* heal-config(5) lists every key with its line. */
static void page(void)
{
	const char *source = getenv("HEAL_SOURCE");
	struct str text;

	if (!source || !file_read(&a, arena_printf(&a, "%s/man/heal-config.5", source).p, 1 << 20, &text, NULL)) {
		tap_skip("the manual lists every key", "no HEAL_SOURCE");
		return;
	}
	for (int k = 0; k < CK_COUNT; k++) {
		struct str row = arena_printf(&a, ".It Cm %s\n%s\n", config_rows[k].name, config_rows[k].doc);
		ok(str_find(text, row) < text.n, arena_printf(&a, "the manual has %s", config_rows[k].name).p);
	}
}

int main(void)
{
	static const char *const dirs[] = { "project/.heal", "config/heal", "state", "home" };

	tool_name = "config";
	if (!mkdtemp(base))
		die(HEAL_REFUSED, "no temporary folder");
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		dir_make(arena_printf(&a, "%s/%s", base, dirs[i]).p, &err);
	setenv("XDG_CONFIG_HOME", arena_printf(&a, "%s/config", base).p, 1);
	setenv("XDG_STATE_HOME", arena_printf(&a, "%s/state", base).p, 1);
	setenv("HOME", arena_printf(&a, "%s/home", base).p, 1);
	root = arena_printf(&a, "%s/project", base).p;
	defaults();
	layers();
	untrusted();
	trust();
	faults();
	roots();
	page();
	const char *const argv[] = { "rm", "-rf", base, NULL };
	struct proc p = { .argv = (char *const *)argv };
	struct proc_result r;
	proc_run(&a, &p, &r, &err);
	arena_free(&a);
	return tap_end();
}
