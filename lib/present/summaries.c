#include "present/summaries.h"

/* Beyond these, no summary is left out: a report becomes longer, but loses nothing. */
enum { SHOWN_MOST = 4096, WAITING_MOST = 1000, FILES_MOST = 32 };

static struct str pack_of(struct str rule)
{
	size_t n = 0;

	while (n < rule.n && rule.p[n] != '.')
		n++;
	return str_sub(rule, 0, n);
}

bool summaries_input_ends(const struct summaries *s, const struct record *r)
{
	return !str_eq(s->input, r->source.name);
}

void summaries_next(struct summaries *s, const struct record *r)
{
	arena_reset(&s->a);
	*s = (struct summaries){ .a = s->a };
	s->input = arena_str(&s->a, r->source.name);
}

void summaries_release(struct summaries *s)
{
	arena_free(&s->a);
}

static void file_add(struct summaries *s, struct shown_incident *to, struct str file)
{
	if (file.n && to->files.n < FILES_MOST)
		*VEC_ADD(&s->a, &to->files) = arena_str(&s->a, file);
}

void summaries_shown(struct summaries *s, const struct record *r)
{
	if (r->kind != KIND_INCIDENT || r->error.summary || s->shown.n >= SHOWN_MOST)
		return;
	struct shown_incident *to = VEC_ADD(&s->a, &s->shown);
	*to = (struct shown_incident){ .level = r->error.level,
		.tool = arena_str(&s->a, r->error.tool),
		.pack = arena_str(&s->a, pack_of(r->error.rule)),
		.environment = arena_str(&s->a, r->error.environment),
		.function = arena_str(&s->a, r->error.function) };
	file_add(s, to, r->error.file);
	LIST_EACH(frame, f, &r->error.frames)
		file_add(s, to, f->file);
}

/* Runners write Class::test in one place and Class.test in another. */
static bool same_name(struct str a, struct str b)
{
	size_t i = 0, j = 0;

	while (i < a.n && j < b.n) {
		bool two_a = str_starts(str_sub(a, i, a.n), "::"), two_b = str_starts(str_sub(b, j, b.n), "::");
		if ((two_a ? '.' : a.p[i]) != (two_b ? '.' : b.p[j]))
			return false;
		i += two_a ? 2 : 1;
		j += two_b ? 2 : 1;
	}
	return i == a.n && j == b.n;
}

static bool has_file(const struct shown_incident *own, struct str file)
{
	for (size_t i = 0; i < own->files.n; i++)
		if (str_eq(own->files.at[i], file))
			return true;
	return false;
}

/* The same test or file: it says as much of where as the summary does, and a summary that names nothing is of none. */
static bool is_same(const struct shown_incident *own, const struct record *r)
{
	const struct error *e = &r->error;

	return (e->file.n || e->function.n) && (!e->file.n || has_file(own, e->file)) &&
		(!e->function.n || same_name(own->function, e->function));
}

static bool sums_up(const struct record *r, const struct shown_incident *own)
{
	const struct error *e = &r->error;

	if (own->level > e->level)
		return false;
	if (str_is(e->summary_of, "any"))
		return true;
	if (str_is(e->summary_of, "same"))
		return is_same(own, r);
	if (str_is(e->summary_of, "environment") && e->environment.n && str_eq(own->environment, e->environment))
		return true;
	return (e->tool.n && str_eq(own->tool, e->tool)) || str_eq(own->pack, pack_of(e->rule));
}

bool summary_is_explained(const struct summaries *s, const struct record *r)
{
	for (size_t i = 0; i < s->shown.n; i++)
		if (sums_up(r, &s->shown.at[i]))
			return true;
	return false;
}

enum summary_action summary_take(struct summaries *s, const struct record *r)
{
	if (summary_is_explained(s, r))
		return SUMMARY_LEAVE;
	/* Any other summary follows what it sums up; an incident after it is another one. */
	if (!str_is(r->error.summary_of, "same") || s->waiting.n >= WAITING_MOST)
		return SUMMARY_SHOW;
	*VEC_ADD(&s->a, &s->waiting) = record_copy(&s->a, r);
	return SUMMARY_WAIT;
}
