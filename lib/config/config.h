/* config.h - settings in layers, and which of them a project may set
 *
 * Highest precedence first: flags, the environment, the project's .heal/config.json, the user's
 * $XDG_CONFIG_HOME/heal/config.json, the system's, the default.  Lists are concatenated over the layers.  A project
 * file is part of the project's source, so until the user trusts it (path and SHA-256) it can only tighten settings.
 *
 * A project without .heal/config.json may have self_healing_config.json in its root, with the same rules.
 *
 * An invalid file is skipped with a warning.  It may have contained a stricter setting, so require_approval is then
 * true. */
#ifndef HEAL_CONFIG_CONFIG_H
#define HEAL_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

enum config_key {
#define KEY(id, name, kind, value, limits, tight, env, doc) CK_##id,
#include "config/config.def"
#undef KEY
	CK_COUNT
};

enum config_kind { CONFIG_BOOL, CONFIG_INT, CONFIG_NUMBER, CONFIG_CHOICE, CONFIG_TEXT, CONFIG_LIST, CONFIG_HOURS };
enum config_tight {
	TIGHT_TRUE,
	TIGHT_FALSE,
	TIGHT_LOWER,
	TIGHT_HIGHER,
	TIGHT_LATER,
	TIGHT_MORE,
	TIGHT_FEWER,
	TIGHT_USER,
	TIGHT_FREE,
	TIGHT_FIXED
};
enum config_layer { LAYER_DEFAULT, LAYER_SYSTEM, LAYER_USER, LAYER_PROJECT, LAYER_ENVIRONMENT, LAYER_FLAG };

/* Hours of the day from `from` up to, but not including, `to`, over midnight if to < from. */
struct config_hours {
	bool set;
	int from, to;
};

struct config_row {
	const char *name;
	enum config_kind kind;
	const char *value; /* the default */
	const char *limits;
	enum config_tight tight;
	const char *env;
	const char *doc;
};
extern const struct config_row config_rows[CK_COUNT];

struct config;

/* All layers except the flags.  project_root may be NULL: no project file.  An invalid file causes a warning, not a
 * failure.  NULL on failure, with err set. */
struct config *config_load(const char *project_root, struct err *err);
/* The same for a tool: prints the warnings, and exits on failure. */
struct config *config_or_die(const char *project_root);
/* root NULL: the project of the working directory. */
struct config *config_of_project_or_die(const char *root);
void config_free(struct config *c);

/* The key is a name in config.def.  An unknown key is a bug and ends the program. */
bool config_bool(const struct config *c, const char *key);
int64_t config_int(const struct config *c, const char *key);
double config_double(const struct config *c, const char *key);
struct config_hours config_hours(const struct config *c, const char *key);
struct str config_str(const struct config *c, const char *key); /* CHOICE, TEXT */
size_t config_list(const struct config *c, const char *key, const struct str **at);
/* The value as text, in the arena. */
struct str config_show(struct arena *a, const struct config *c, const char *key);
/* All settings as a JSON object that a configuration file may hold, in the arena. */
struct str config_save(struct arena *a, const struct config *c);
/* Where the value came from: "default", "/etc/heal/config.json:3", "HEAL_ENV", "--threshold" ... */
const char *config_origin(const struct config *c, const char *key);

/* Set a key in the layer of the flags.  origin: the result of config_origin ("--threshold"). */
bool config_set_flag(struct config *c, const char *key, const char *value, const char *origin, struct err *err);

/* Warnings about the layers, one line each, for the tool to print. */
size_t config_warnings(const struct config *c, const char *const **at);
/* Is there a project file, and does the user trust its present contents? */
enum config_trust { TRUST_NO_FILE, TRUST_NONE, TRUST_YES } config_trusted(const struct config *c);

/* Trust the present contents of root's project file, or withdraw the trust.  path (may be NULL) gets the file's name,
 * in the arena. */
bool config_trust(struct arena *a, const char *root, struct str *path, struct err *err);
bool config_distrust(struct arena *a, const char *root, struct err *err);

/* The nearest directory at or above start that contains .heal or .git, but neither / nor the home directory; else
 * start itself.  Absolute, symlinks resolved; empty if start is not a directory. */
struct str project_root(struct arena *a, const char *start);

#endif
