#include "present/present.h"

struct str prediction_text(struct arena *a, const struct forecast *p)
{
	struct str status = health_status_name(p->status);

	if (!p->status)
		return STR("");
	return arena_printf(a, "%.*s in %.1f h (%.1f to %.1f) if it goes on like this", STR_ARG(status), p->hours,
		p->hours_least, p->hours_most);
}
