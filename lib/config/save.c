/* All settings as JSON. */
#include "config/settings.h"
#include "record/json.h"

/* "retry.delay": the member delay of the object retry. */
static struct json *place_of(struct arena *a, struct json *all, const char *name, const char **member)
{
	size_t dot = str_chr(str_of(name), '.');

	*member = name[dot] ? name + dot + 1 : name;
	return name[dot] ? json_object_in(a, all, arena_strdup(a, str_sub(str_of(name), 0, dot))) : all;
}

/* Lists that are concatenated over the layers: without the default's elements, which are there anyway. */
static struct json *list_of(struct arena *a, enum config_key k, const struct setting *s)
{
	struct json *list = json_new(a, JSON_ARRAY);
	struct setting first = { 0 };

	if (config_rows[k].tight != TIGHT_FEWER)
		setting_parse(a, k, str_of(config_rows[k].value), &first, NULL);
	for (size_t i = first.list.n; i < s->list.n; i++)
		json_add(list, json_new_str(a, s->list.at[i]));
	return list;
}

struct str config_save(struct arena *a, const struct config *c)
{
	struct json *all = json_new(a, JSON_OBJECT);

	for (enum config_key k = 0; k < CK_COUNT; k++) {
		const struct setting *s = &c->at[k];
		const char *member;
		struct json *at = place_of(a, all, config_rows[k].name, &member);
		switch (config_rows[k].kind) {
		case CONFIG_BOOL:
			json_set_bool(a, at, member, s->truth);
			break;
		case CONFIG_INT:
			json_set_int(a, at, member, (int64_t)s->number);
			break;
		case CONFIG_NUMBER:
			json_set_double(a, at, member, s->number);
			break;
		case CONFIG_CHOICE:
		case CONFIG_TEXT:
		case CONFIG_HOURS:
			json_set_str(a, at, member, s->text);
			break;
		case CONFIG_LIST:
			json_set(a, at, member, list_of(a, k, s));
			break;
		}
	}
	return json_text(a, all);
}
