#include "store/internal.h"

struct str when_of(const struct record *r, char out[WHEN_TEXT])
{
	int64_t ms;

	if (!when_parse(r->time, &ms))
		ms = when_now();
	return when_text(ms, out);
}

bool store_since(struct arena *a, const char *text, struct str *out, struct err *err)
{
	struct str s = str_of(text);
	char room[WHEN_TEXT];
	int64_t ms;

	if (!when_since(s, &ms))
		return err_set(err, HEAL_WRONG,
			"invalid time '%s'; valid are 2026-11-20, 2026-11-20T12:00:00Z, 24h, 7d", text);
	*out = arena_str(a, when_text(ms, room));
	return true;
}
