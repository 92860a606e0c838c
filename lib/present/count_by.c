/* count_by.c - count incidents by tool, file, level or rule, instead of printing them
 *
 * human: "     12  src/a.c", ndjson: {"file":"src/a.c","count":12}; the largest count first. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/counts.h"
#include "present/format.h"

/* Groups kept, and slots of the table that finds them: a power of two, never more than half full. */
enum { GROUPS_MAX = 1 << 16, SLOTS = GROUPS_MAX * 2, NAME_SHOWN = 4000 };

struct group {
	struct str name; /* p == NULL: incidents without one */
	uint64_t count;
};

struct count_by {
	const char *by;
	struct str (*name_of)(const struct record *r);
	VEC(struct group) groups;
	uint32_t *slot; /* of the hash: 1 + index of the group */
	uint64_t further;
};

static struct str tool_of(const struct record *r)
{
	return r->error.tool;
}

static struct str file_of(const struct record *r)
{
	return r->error.file;
}

static struct str level_of(const struct record *r)
{
	return level_name(r->error.level);
}

static struct str rule_of(const struct record *r)
{
	return r->error.rule;
}

static const struct {
	const char *by;
	struct str (*name_of)(const struct record *r);
} names[] = { { "tool", tool_of }, { "file", file_of }, { "level", level_of }, { "rule", rule_of } };

bool presenter_by(struct presenter *p, const char *by)
{
	if (p->format->record != human_record && strcmp(p->format->name, "ndjson") != 0)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].by, by) == 0) {
			p->count_by = arena_alloc(&p->keep, sizeof(*p->count_by));
			*p->count_by = (struct count_by){ .by = by, .name_of = names[i].name_of };
			p->count_by->slot = calloc(SLOTS, sizeof(uint32_t));
			if (!p->count_by->slot)
				out_of_memory();
		}
	return p->count_by != NULL;
}

void count_by_add(struct presenter *p, const struct record *r)
{
	struct count_by *s = p->count_by;

	if (r->kind != KIND_INCIDENT)
		return;
	struct str name = s->name_of(r);
	size_t at = hash_of(name) & (SLOTS - 1);
	while (s->slot[at] && !str_eq(s->groups.at[s->slot[at] - 1].name, name))
		at = (at + 1) & (SLOTS - 1);
	if (!s->slot[at] && s->groups.n == GROUPS_MAX) {
		s->further += (uint64_t)incident_count(r);
		return;
	}
	if (!s->slot[at]) {
		*VEC_ADD(&p->keep, &s->groups) = (struct group){ .name = arena_str(&p->keep, name) };
		s->slot[at] = (uint32_t)s->groups.n;
	}
	s->groups.at[s->slot[at] - 1].count += (uint64_t)incident_count(r);
}

static int by_count(const void *x, const void *y)
{
	const struct group *a = x, *b = y;
	size_t n = a->name.n < b->name.n ? a->name.n : b->name.n;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	int order = n ? memcmp(a->name.p, b->name.p, n) : 0;
	return order ? order : (a->name.n > b->name.n) - (a->name.n < b->name.n);
}

static void human_group(struct presenter *p, const struct group *g)
{
	struct str name = g->name.n ? g->name : STR("(none)");

	fprintf(p->out, "%7" PRIu64 "  %s\n", g->count, text_safe(&p->scratch, name, NAME_SHOWN, LINE_GOES_ON).p);
}

static void ndjson_group(struct presenter *p, const struct group *g)
{
	struct buf line;

	buf_init(&line, 1 << 20);
	if (g->name.n)
		json_write_string(&line, g->name);
	else
		buf_add(&line, STR("null"));
	fprintf(p->out, "{\"%s\":%.*s,\"count\":%" PRIu64 "}\n", p->count_by->by, STR_ARG(buf_str(&line)), g->count);
	buf_release(&line);
}

void count_by_print(struct presenter *p)
{
	struct count_by *s = p->count_by;

	if (s->groups.n)
		qsort(s->groups.at, s->groups.n, sizeof(*s->groups.at), by_count);
	for (size_t i = 0; i < s->groups.n; i++) {
		(p->format->record == human_record ? human_group : ndjson_group)(p, &s->groups.at[i]);
		arena_reset(&p->scratch);
	}
	if (s->further)
		say("%" PRIu64 " incidents of more than %d different values of '%s' are not shown", s->further,
			GROUPS_MAX, s->by);
	free(s->slot);
}
