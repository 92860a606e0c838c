#include "config/settings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct config_row config_rows[CK_COUNT] = {
#define KEY(id, name, kind, value, limits, tight, env, doc) \
	{ name, CONFIG_##kind, value, limits, TIGHT_##tight, env, doc },
#include "config/config.def"
#undef KEY
};

static const struct {
	const char *name, *key;
} aliases[] = {
#define ALIAS(name, key) { name, key },
#include "config/aliases.def"
#undef ALIAS
};

enum config_key setting_find(struct str name)
{
	enum config_key k = 0;

	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (str_is(name, aliases[i].name))
			name = str_of(aliases[i].key);

	while (k < CK_COUNT && !str_is(name, config_rows[k].name))
		k++;
	return k;
}

static bool parse_bool(struct str s, bool *out)
{
	static const char *const yes[] = { "true", "yes", "on", "1" }, *const no[] = { "false", "no", "off", "0" };

	for (size_t i = 0; i < 4; i++) {
		if (str_is_nocase(s, yes[i]) || str_is_nocase(s, no[i])) {
			*out = str_is_nocase(s, yes[i]);
			return true;
		}
	}
	return false;
}

static bool parse_number(struct str s, const struct config_row *row, double *out)
{
	char text[32], *end;
	struct str least = str_of(row->limits);
	size_t dots = str_find(least, STR(".."));

	if (s.n == 0 || s.n >= sizeof(text) || strspn(s.p, "0123456789.") < s.n)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	*out = strtod(text, &end);
	if (*end || !isfinite(*out) || (row->kind == CONFIG_INT && *out != floor(*out)))
		return false;
	return dots == least.n || (*out >= strtod(row->limits, NULL) && *out <= strtod(row->limits + dots + 2, NULL));
}

/* The index of s in the limits "a|b|c", or -1. */
static int choice_rank(const struct config_row *row, struct str s)
{
	struct str rest = str_of(row->limits), one;

	for (int i = 0; str_split(&rest, '|', &one); i++)
		if (str_eq(one, s))
			return i;
	return -1;
}

static bool wrong(enum config_key k, struct err *err)
{
	static const char *const wants[] = { "true or false", "a whole number", "a number", "one of", "a text",
		"a list of texts", "two different hours of 0 to 24, such as \"22-6\"" };
	const struct config_row *row = &config_rows[k];

	return err_set(err, HEAL_WRONG, "%s must be %s%s%s", row->name, wants[row->kind], *row->limits ? " " : "",
		row->limits);
}

static bool hour_parse(struct str s, int *hour)
{
	int64_t n;

	if (s.n > 2 || !str_number(s, &n) || n > 24)
		return false;
	*hour = (int)n;
	return true;
}

bool hours_parse(struct str text, struct config_hours *h)
{
	struct str from, to = text;

	return str_split(&to, '-', &from) && hour_parse(str_trim(from), &h->from) && hour_parse(str_trim(to), &h->to) &&
		h->from % 24 != h->to;
}

bool setting_parse(struct arena *a, enum config_key k, struct str text, struct setting *out, struct err *err)
{
	const struct config_row *row = &config_rows[k];
	struct str piece;
	bool ok = true;

	*out = (struct setting){ 0 };
	text = arena_str(a, text);
	switch (row->kind) {
	case CONFIG_BOOL:
		ok = parse_bool(text, &out->truth);
		break;
	case CONFIG_INT:
	case CONFIG_NUMBER:
		ok = parse_number(text, row, &out->number);
		break;
	case CONFIG_CHOICE:
		ok = choice_rank(row, text) >= 0;
		out->text = text;
		break;
	case CONFIG_TEXT:
		out->text = text;
		break;
	case CONFIG_HOURS:
		ok = text.n == 0 || hours_parse(text, &(struct config_hours){ 0 });
		out->text = text;
		break;
	case CONFIG_LIST:
		while (str_split(&text, ':', &piece))
			if (piece.n)
				*VEC_ADD(a, &out->list) = piece;
		break;
	}
	return ok || wrong(k, err);
}

static bool list_from_json(struct arena *a, const struct json *v, struct setting *out)
{
	if (v->type == JSON_STRING) {
		*VEC_ADD(a, &out->list) = arena_str(a, v->text);
		return true;
	}
	if (v->type != JSON_ARRAY)
		return false;
	JSON_EACH(item, v) {
		if (item->type != JSON_STRING || item->text.n == 0)
			return false;
		*VEC_ADD(a, &out->list) = arena_str(a, item->text);
	}
	return true;
}

bool setting_from_json(struct arena *a, enum config_key k, const struct json *v, struct setting *out, struct err *err)
{
	static const enum json_type types[] = { JSON_BOOL, JSON_NUMBER, JSON_NUMBER, JSON_STRING, JSON_STRING,
		JSON_ARRAY, JSON_STRING };
	enum config_kind kind = config_rows[k].kind;

	*out = (struct setting){ 0 };
	if (kind == CONFIG_LIST)
		return list_from_json(a, v, out) || wrong(k, err);
	if (v->type != types[kind])
		return wrong(k, err);
	if (kind == CONFIG_BOOL)
		out->truth = v->truth;
	else
		return setting_parse(a, k, v->text, out, err);
	return true;
}

/* Of lists of which an empty one means all. */
static bool is_subset(const struct setting *old, const struct setting *new)
{
	for (size_t i = 0; old->list.n && i < new->list.n; i++)
		if (!str_among(old->list.at, old->list.n, new->list.at[i]))
			return false;
	return new->list.n > 0 || old->list.n == 0;
}

bool setting_tightens(enum config_key k, const struct setting *old, const struct setting *new)
{
	const struct config_row *row = &config_rows[k];

	switch (row->tight) {
	case TIGHT_TRUE:
		return new->truth || !old->truth;
	case TIGHT_FALSE:
		return !new->truth || old->truth;
	case TIGHT_LOWER:
		return new->number <= old->number;
	case TIGHT_HIGHER:
		return new->number >= old->number;
	case TIGHT_LATER:
		return choice_rank(row, new->text) >= choice_rank(row, old->text);
	case TIGHT_FEWER:
		return is_subset(old, new);
	case TIGHT_MORE:
	case TIGHT_FREE:
		return true;
	case TIGHT_USER:
	case TIGHT_FIXED:
		break;
	}
	return false;
}

void setting_lay(struct config *c, enum config_key k, const struct setting *new)
{
	struct setting *s = &c->at[k];

	if (config_rows[k].kind == CONFIG_LIST && config_rows[k].tight != TIGHT_FEWER) {
		for (size_t i = 0; i < new->list.n; i++)
			*VEC_ADD(&c->a, &s->list) = new->list.at[i];
		s->origin = new->origin;
	} else
		*s = *new;
}
