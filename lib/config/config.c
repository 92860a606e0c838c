#include "config/config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/path.h"
#include "config/settings.h"

static const struct setting *get(const struct config *c, const char *key, unsigned kinds)
{
	enum config_key k = setting_find(str_of(key));

	if (k == CK_COUNT || !(kinds >> config_rows[k].kind & 1))
		die(HEAL_BROKEN, "no such setting: '%s'", key);
	return &c->at[k];
}

bool config_bool(const struct config *c, const char *key)
{
	return get(c, key, 1 << CONFIG_BOOL)->truth;
}

int64_t config_int(const struct config *c, const char *key)
{
	return (int64_t)get(c, key, 1 << CONFIG_INT)->number;
}

double config_double(const struct config *c, const char *key)
{
	return get(c, key, 1 << CONFIG_NUMBER | 1 << CONFIG_INT)->number;
}

struct str config_str(const struct config *c, const char *key)
{
	return get(c, key, 1 << CONFIG_TEXT | 1 << CONFIG_CHOICE)->text;
}

struct config_hours config_hours(const struct config *c, const char *key)
{
	struct config_hours h = { 0 };

	h.set = hours_parse(get(c, key, 1 << CONFIG_HOURS)->text, &h);
	return h;
}

size_t config_list(const struct config *c, const char *key, const struct str **at)
{
	const struct setting *s = get(c, key, 1 << CONFIG_LIST);

	*at = s->list.at;
	return s->list.n;
}

struct str config_show(struct arena *a, const struct config *c, const char *key)
{
	const struct setting *s = get(c, key, ~0u);
	struct str all = STR("");

	switch (config_rows[setting_find(str_of(key))].kind) {
	case CONFIG_BOOL:
		return s->truth ? STR("true") : STR("false");
	case CONFIG_INT:
	case CONFIG_NUMBER:
		return arena_printf(a, "%g", s->number);
	case CONFIG_CHOICE:
	case CONFIG_TEXT:
	case CONFIG_HOURS:
		return s->text;
	case CONFIG_LIST:
		for (size_t i = 0; i < s->list.n; i++)
			all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(s->list.at[i]));
	}
	return all;
}

const char *config_origin(const struct config *c, const char *key)
{
	return get(c, key, ~0u)->origin;
}

bool config_set_flag(struct config *c, const char *key, const char *value, const char *origin, struct err *err)
{
	enum config_key k = setting_find(str_of(key));
	struct setting s;

	if (k == CK_COUNT)
		return err_set(err, HEAL_WRONG, "no such setting: '%s'", key);
	if (config_rows[k].tight == TIGHT_FIXED)
		return err_set(err, HEAL_WRONG, "%s cannot be changed", key);
	if (!setting_parse(&c->a, k, str_of(value), &s, err))
		return false;
	s.origin = arena_strdup(&c->a, str_of(origin));
	setting_lay(c, k, &s);
	return true;
}

size_t config_warnings(const struct config *c, const char *const **at)
{
	*at = c->warnings.at;
	return c->warnings.n;
}

enum config_trust config_trusted(const struct config *c)
{
	return c->trust;
}

void config_warn(struct config *c, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	*VEC_ADD(&c->a, &c->warnings) = arena_vprintf(&c->a, format, ap).p;
	va_end(ap);
}

void config_careful(struct config *c, const char *because)
{
	c->at[CK_REQUIRE_APPROVAL] = (struct setting){ .truth = true, .origin = because };
}

void config_free(struct config *c)
{
	if (!c)
		return;
	struct arena a = c->a; /* it holds c itself */
	arena_free(&a);
}

/* The root and home directories are not projects: they contain all the user's files. */
static bool too_wide(struct str dir)
{
	char home[PATH_MAX];
	const char *set = getenv("HOME");

	return str_is(dir, "/") || (set && realpath(set, home) && str_is(dir, home));
}

struct str project_root(struct arena *a, const char *start)
{
	char real[PATH_MAX];

	if (!realpath(start, real) || !is_dir(real))
		return STR("");
	struct str begin = arena_str(a, str_of(real));
	for (struct str dir = begin; !too_wide(dir); dir = path_dir(dir)) {
		const char *at = arena_strdup(a, dir);
		if (file_exists(arena_printf(a, "%s/.heal", at).p) || file_exists(arena_printf(a, "%s/.git", at).p))
			return str_of(at);
	}
	return begin;
}
