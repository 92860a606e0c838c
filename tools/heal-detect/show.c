#include "show.h"

#include "detect/project.h"

/* The baseline last: an incident in it hides only one.  A failure known only by its exit status is of no tool and no
 * file, and must not be hidden by what is said of these. */
static bool is_wanted(const struct show *s, const struct record *r)
{
	if (r->from_status)
		return !s->baseline || !baseline_hides(s->baseline, r);
	if (s->level && r->error.level > level_parse(str_of(s->level)))
		return false;
	if (s->tool && !str_is(r->error.tool, s->tool))
		return false;
	if (s->project.p && !incident_in_project(r, s->foreign, s->project))
		return false;
	return !s->baseline || !baseline_hides(s->baseline, r);
}

static void write_one(struct show *s, const struct record *r)
{
	if (s->max && s->shown >= s->max)
		return;
	if (s->before)
		s->before();
	presenter_record(s->out, r);
	if (s->live)
		fflush(stdout);
	s->shown++;
}

void show_found(void *ctx, struct record *r)
{
	struct show *s = ctx;

	r->correlation_id = s->correlation;
	if (!is_wanted(s, r))
		return;
	s->n++;
	if (s->dedupe)
		collection_add(&s->all, r);
	else
		write_one(s, r);
}

bool show_any(void *ctx)
{
	const struct show *s = ctx;

	return s->n > 0;
}

void show_end(struct show *s)
{
	unsigned long kinds = s->dedupe ? (unsigned long)s->all.n : s->n;

	if (s->dedupe) {
		collection_finish(&s->all);
		for (struct collected *at = s->all.first; at; at = at->next)
			write_one(s, &at->r);
	}
	if (s->before)
		s->before();
	presenter_end(s->out);
	if (s->all.dropped)
		say("%zu more different incidents were counted but not kept", s->all.dropped);
	if (kinds > s->shown)
		say("%lu more incidents are not shown", kinds - s->shown);
	collection_release(&s->all);
}
