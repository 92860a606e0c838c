/* config.h - settings in layers, and which of them a project may make
 *
 * From strong to weak: flags, the environment, the project's .heal/config.json,
 * the user's $XDG_CONFIG_HOME/heal/config.json, the system's, the default.  A
 * project file comes with the code, so it is not the user's word: until the user
 * has trusted that very file (path and SHA-256), it can only tighten.  Lists add
 * up over the layers.
 *
 * A faulty file is skipped with a warning.  What it would have forbidden is then
 * unknown, so require_approval is switched on until it is mended. */
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

enum config_kind { CONFIG_BOOL, CONFIG_INT, CONFIG_NUMBER, CONFIG_CHOICE, CONFIG_TEXT, CONFIG_LIST };
enum config_tight {
	TIGHT_TRUE,
	TIGHT_FALSE,
	TIGHT_LOWER,
	TIGHT_HIGHER,
	TIGHT_LATER,
	TIGHT_MORE,
	TIGHT_USER,
	TIGHT_FREE,
	TIGHT_FIXED
};
enum config_layer { LAYER_DEFAULT, LAYER_SYSTEM, LAYER_USER, LAYER_PROJECT, LAYER_ENVIRONMENT, LAYER_FLAG };

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

/* All layers but the flags.  project_root may be NULL: no project file.  A faulty file is a
 * warning, not a failure; NULL only when there is no answer at all (err says why). */
struct config *config_load(const char *project_root, struct err *err);
/* For a tool: the same, and what is wrong with the layers is said; without an answer it ends. */
struct config *config_or_die(const char *project_root);
/* root NULL: the project around the working directory. */
struct config *config_of_project_or_die(const char *root);
void config_free(struct config *c);

/* By name as in config.def.  A name that is not there ends the program: it is a slip in C. */
bool config_bool(const struct config *c, const char *key);
int64_t config_int(const struct config *c, const char *key);
double config_double(const struct config *c, const char *key);
struct str config_str(const struct config *c, const char *key); /* CHOICE, TEXT */
size_t config_list(const struct config *c, const char *key, const struct str **at);
/* The value as a person would write it, in the arena. */
struct str config_show(struct arena *a, const struct config *c, const char *key);
/* Where the value came from: "default", "/etc/heal/config.json:3", "HEAL_ENV", "--threshold" ... */
const char *config_origin(const struct config *c, const char *key);

/* The strongest layer.  origin: what config_origin says ("--threshold"). */
bool config_set_flag(struct config *c, const char *key, const char *value, const char *origin, struct err *err);

/* What was wrong with the layers, a line each; for the tool to print. */
size_t config_warnings(const struct config *c, const char *const **at);
/* Is there a project file, and did the user trust it as it is now? */
enum config_trust { TRUST_NO_FILE, TRUST_NONE, TRUST_YES } config_trusted(const struct config *c);

/* Remember the project file of root, as it is now, as trusted, or forget it.  path (may be NULL)
 * gets the file's name, in the arena. */
bool config_trust(struct arena *a, const char *root, struct str *path, struct err *err);
bool config_distrust(struct arena *a, const char *root, struct err *err);

/* The nearest folder at or above start that holds .heal or .git, but neither / nor the home
 * folder; else start itself.  Absolute, symlinks resolved; empty when start is no folder. */
struct str project_root(struct arena *a, const char *start);

#endif
