/* settings.h - internal: values of settings, and how layers are combined */
#ifndef HEAL_CONFIG_SETTINGS_H
#define HEAL_CONFIG_SETTINGS_H

#include "base/vec.h"
#include "config/config.h"
#include "record/json.h"

struct setting {
	bool truth;
	double number;
	struct str text;
	VEC(struct str) list;
	const char *origin;
};

struct config {
	struct arena a;
	struct setting at[CK_COUNT];
	VEC(const char *) warnings;
	enum config_trust trust;
};

/* The index of the key's row, or CK_COUNT. */
enum config_key setting_find(struct str name);
/* Parse a value.  false: err says which values are valid. */
/* "22-6"; false if it is anything else. */
bool hours_parse(struct str text, struct config_hours *h);
bool setting_parse(struct arena *a, enum config_key k, struct str text, struct setting *out, struct err *err);
bool setting_from_json(struct arena *a, enum config_key k, const struct json *v, struct setting *out, struct err *err);
/* May an untrusted file change old to new? */
bool setting_tightens(enum config_key k, const struct setting *old, const struct setting *new);
/* Combine new with the present value: lists are concatenated, other values replaced. */
void setting_lay(struct config *c, enum config_key k, const struct setting *new);

__attribute__((format(printf, 2, 3))) void config_warn(struct config *c, const char *format, ...);
/* Part of a layer is invalid: require approval from now on. */
void config_careful(struct config *c, const char *because);

#endif
