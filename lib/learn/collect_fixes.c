/* Repairs from the fixes that heal made: their diff is in the record. */
#include "base/path.h"
#include "base/sha256.h"
#include "learn/collect_repairs.h"
#include "store/repairs.h"
#include "tree/patch.h"
#include "tree/repository.h"

struct str project_name(struct arena *a, struct str dir)
{
	struct repository at;
	char hex[SHA256_HEX];

	sha256_of(repository_find(a, dir, STR(".git"), &at) ? at.top : dir, hex);
	return arena_str(a, (struct str){ hex, 16 });
}

/* The two sides of the only hunk; *first: the number of its first line in the old file. */
static bool hunk_sides(struct arena *a, struct str hunk, struct str *old, struct str *new, int64_t *first)
{
	struct str line, number;
	size_t minus = str_chr(hunk, '-');

	if (!str_line(&hunk, &line) || minus >= line.n)
		return false;
	number = str_sub(line, minus + 1, line.n);
	size_t end = 0;
	while (end < number.n && number.p[end] >= '0' && number.p[end] <= '9')
		end++;
	if (!str_number(str_sub(number, 0, end), first))
		return false;
	*old = *new = STR("");
	while (str_line(&hunk, &line)) {
		struct str text = arena_join(a, str_sub(line, 1, line.n), STR("\n"));
		if (str_starts(line, "@@"))
			return false; /* several hunks */
		if (line.n == 0 || line.p[0] == ' ' || line.p[0] == '-')
			*old = arena_join(a, *old, text);
		if (line.n == 0 || line.p[0] == ' ' || line.p[0] == '+')
			*new = arena_join(a, *new, text);
	}
	return true;
}

static bool fix_read(struct arena *a, const struct record *r, struct store_repair *out)
{
	struct str rest = r->fix.diff, more;
	struct patch_file f, second;
	int64_t first;

	if (!rest.n || !patch_next(&rest, &f))
		return false;
	more = rest;
	if (patch_next(&more, &second) || !hunk_sides(a, f.hunks, &out->before, &out->after, &first))
		return false;
	if (!str_eq(path_base(f.new_name), path_base(r->error.file)))
		return false;
	out->id = r->id;
	out->project = project_name(a, r->source.cwd.n ? r->source.cwd : STR("/"));
	out->rule = r->error.rule;
	out->code = r->error.code;
	out->message = r->error.message;
	out->file = path_base(r->error.file);
	out->time = r->time;
	out->solution = r->fix.solution;
	out->line = r->error.line >= first ? r->error.line - first + 1 : 0;
	out->column = r->error.column;
	return true;
}

struct fixes {
	struct arena a;
	VEC(struct store_repair) at;
};

static bool fix_note(void *ctx, const struct store_incident *i)
{
	struct fixes *f = ctx;
	struct record *r = ARENA_NEW(&f->a, struct record);
	struct store_repair repair = { 0 };
	struct err err;

	if (!i->resolved || !str_is(i->fix_status, "applied") || !str_is(i->validation, "passed"))
		return true;
	if (record_parse(&f->a, arena_str(&f->a, i->json), r, &err) && fix_read(&f->a, r, &repair)) {
		repair.time = arena_str(&f->a, i->time);
		*VEC_ADD(&f->a, &f->at) = repair;
	}
	return true;
}

bool collect_fixes(struct store *s, struct str incident, struct collected_repairs *n, struct err *err)
{
	struct fixes f = { .a = ARENA_INIT };
	struct store_filter all = { 0 };
	bool ok = incident.p ? store_incident(s, incident, fix_note, &f, err) :
			       store_history(s, &all, fix_note, &f, err);

	for (size_t i = 0; ok && i < f.at.n; i++) {
		bool added;
		ok = store_repair_add(s, &f.at.at[i], &added, err);
		n->found++;
		n->added += ok && added;
	}
	arena_free(&f.a);
	return ok;
}
