#include "store/late_outcomes.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/sha256.h"
#include "journal/journal.h"
#include "store/internal.h"
#include "tree/diff.h"
#include "tree/patch.h"

enum { AROUND = 2 }; /* lines next to heal's that an edit may take in */
enum { NEWEST = 8 }; /* fixes that are looked at together: when the project is met, and of one fingerprint */
static const int64_t day_ms = 86400000;

enum state {
	STATE_UNKNOWN, /* nothing can be concluded */
	STATE_INTACT,  /* as heal wrote it */
	STATE_BACK,    /* the places that heal changed are as before, the file is not */
	STATE_EDITED,
};

/* A validated fix of the project. */
struct past_fix {
	struct str incident, solution, rule, fingerprint, backup, time;
	struct str *paths;
	size_t n;
	enum state state;
	bool looked; /* the journal was asked for it */
	bool reported;
};

struct project {
	struct str root;
	VEC(struct past_fix) fixes;
};

enum { PROJECTS = 256 };

struct late_outcomes {
	struct store *store;
	struct arena a; /* of the projects */
	struct project projects[PROJECTS];
	size_t n;
	struct project *now; /* of the record in hand */
};

struct late_outcomes *late_outcomes_new(struct store *s)
{
	struct late_outcomes *x = calloc(1, sizeof(*x));

	if (!x)
		out_of_memory();
	x->store = s;
	return x;
}

void late_outcomes_free(struct late_outcomes *x)
{
	if (!x)
		return;
	arena_free(&x->a);
	free(x);
}

/* ---- the places that heal changed ---- */

struct split {
	struct str *at;
	size_t n;
};

static struct split lines_of(struct arena *a, struct str text)
{
	VEC(struct str) all = { 0 };
	struct str line;

	while (str_line(&text, &line))
		*VEC_ADD(a, &all) = line;
	return (struct split){ all.at, all.n };
}

/* The lines [from, to), without blanks. */
static struct str joined(struct arena *a, const struct split *s, size_t from, size_t to)
{
	size_t room = 0, n = 0;

	for (size_t i = from; i < to && i < s->n; i++)
		room += s->at[i].n;
	char *out = arena_alloc(a, room + 1);
	for (size_t i = from; i < to && i < s->n; i++)
		for (size_t k = 0; k < s->at[i].n; k++)
			if (s->at[i].p[k] != ' ' && s->at[i].p[k] != '\t' && s->at[i].p[k] != '\r')
				out[n++] = s->at[i].p[k];
	return (struct str){ out, n };
}

/* What `new` has between the beginning and the end that it shares with `old`. */
static struct str own_text(struct str old, struct str new)
{
	size_t head = 0, tail = 0;

	while (head < old.n && head < new.n &&old.p[head] == new.p[head])
		head++;
	while (tail < old.n - head && tail < new.n - head &&old.p[old.n - 1 - tail] == new.p[new.n - 1 - tail])
		tail++;
	return str_sub(new, head, new.n - tail);
}

/* The edit that takes in the whole place, and hardly more. */
static const struct hunk *edit_of(const struct hunks *edits, const struct hunk *place)
{
	for (size_t i = 0; i < edits->n; i++) {
		const struct hunk *e = &edits->at[i];
		if (e->old_begin <= place->new_begin && e->old_end >= place->new_end &&
			e->old_end - e->old_begin <= place->new_end - place->new_begin + AROUND)
			return e;
	}
	return NULL;
}

/* All places of a file must say the same. */
static enum state compare(struct arena *a, struct str old, struct str new, struct str now)
{
	struct hunks places = diff_lines(a, old, new), edits = diff_lines(a, new, now);
	struct split before = lines_of(a, old), wrote = lines_of(a, new), there = lines_of(a, now);
	enum state state = STATE_UNKNOWN;

	for (size_t i = 0; i < places.n; i++) {
		const struct hunk *p = &places.at[i], *e = edit_of(&edits, p);
		struct str was = joined(a, &before, p->old_begin, p->old_end);
		struct str text = own_text(was, joined(a, &wrote, p->new_begin, p->new_end));
		struct str is = e ? joined(a, &there, e->new_begin, e->new_end) : STR("");
		if (!e || !text.n || str_find(is, text) < is.n)
			return STATE_UNKNOWN;
		enum state here = str_eq(is, was) ? STATE_BACK : STATE_EDITED;
		if (state != STATE_UNKNOWN && here != state)
			return STATE_UNKNOWN;
		state = here;
	}
	return state;
}

/* ---- a fix ---- */

/* Only a file that was edited needs it, so records are not parsed before. */
static struct str diff_of(struct late_outcomes *x, struct str incident)
{
	struct err err;
	struct record r = { 0 };
	struct rows *q = db_query(x->store->db, &err,
		"SELECT r.json FROM incidents i JOIN records r ON r.seq = i.seq WHERE i.id = ?1", "s", incident);

	if (q && rows_next(q, &err) > 0 && !record_parse(&x->a, arena_str(&x->a, rows_str(q, 0)), &r, NULL))
		r = (struct record){ 0 };
	rows_end(q);
	return r.fix.diff;
}

/* What heal wrote: the journal has the old contents, the record the difference. */
static bool written(struct late_outcomes *x, const struct past_fix *f, const struct journal_entry *e, size_t i,
	struct str sha, struct str *old, struct str *new)
{
	struct arena *a = &x->a;
	struct patch_file patch;
	char hex[SHA256_HEX];

	if (!journal_old(a, e, i, old, NULL))
		return false;
	struct str rest = diff_of(x, f->incident);
	while (patch_next(&rest, &patch)) {
		struct str name = str_starts(patch.new_name, "b/") ? str_sub(patch.new_name, 2, patch.new_name.n) :
								     patch.new_name;
		if (!str_eq(name, e->paths[i]) || !patch_apply(a, *old, patch.hunks, new, NULL))
			continue;
		sha256_of(*new, hex);
		return str_is(sha, hex);
	}
	return false;
}

static enum state file_state(struct late_outcomes *x, const struct tree *t, const struct past_fix *f,
	const struct journal_entry *e, size_t i)
{
	struct arena *a = &x->a;
	struct json *row = json_at(json_get(e->manifest, "files"), i);
	struct str sha = json_str(json_get(row, "new")), before = json_str(json_get(row, "old")), name, now, old, new;
	char hex[SHA256_HEX];
	struct stat st;

	if (!tree_name(a, t, e->paths[i], &name, NULL) || !tree_read(a, t, name, &now, &st, NULL))
		return STATE_UNKNOWN;
	sha256_of(now, hex);
	if (str_is(sha, hex))
		return STATE_INTACT;
	if (str_is(before, hex) || !written(x, f, e, i, sha, &old, &new))
		return STATE_UNKNOWN;
	return compare(a, old, new, now);
}

/* Did heal change one of the files again? */
static bool is_superseded(const struct journal_entry *all, size_t n, const struct journal_entry *e)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < all[i].n; k++)
			for (size_t j = 0; j < e->n; j++)
				if (str_cmp(all[i].name, e->name) > 0 && str_eq(all[i].root, e->root) &&
					str_eq(all[i].paths[k], e->paths[j]))
					return true;
	return false;
}

static bool branch_may_differ(struct arena *a, struct str root, int64_t since)
{
	struct stat st;

	return stat(arena_strdup(a, path_join(a, root, STR(".git/HEAD"))), &st) == 0 &&
		(int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000 > since;
}

static enum state fix_state(struct late_outcomes *x, const struct past_fix *f, const struct journal_entry *all,
	size_t n, const struct journal_entry *e)
{
	struct tree t = { .fd = -1 };
	enum state state = STATE_UNKNOWN;
	int64_t since;

	if (!e->n || is_superseded(all, n, e) || !when_parse(e->time, &since) ||
		!tree_open(&x->a, &t, arena_strdup(&x->a, x->now->root), NULL))
		return STATE_UNKNOWN;
	for (size_t i = 0; i < e->n; i++) {
		enum state one = file_state(x, &t, f, e, i);
		state = i && one != state ? STATE_UNKNOWN : one;
		if (state == STATE_UNKNOWN)
			break;
	}
	if (state > STATE_INTACT && branch_may_differ(&x->a, x->now->root, since))
		state = STATE_UNKNOWN;
	tree_close(&t);
	return state;
}

/* ---- the fixes of a project ---- */

static bool successes_read(struct late_outcomes *x, struct err *err)
{
	struct arena *a = &x->a;
	char since[WHEN_TEXT];
	struct rows *q = db_query(x->store->db, err,
		"SELECT o.incident, o.solution, o.rule, o.fingerprint FROM outcomes o JOIN incidents i ON i.id = "
		"o.incident"
		" WHERE o.success = 1 AND o.time >= ?1 AND o.attempt > 0 AND i.project = ?2"
		" ORDER BY o.time DESC",
		"ss", when_text(when_now() - LATE_DAYS * day_ms, since), x->now->root);
	int got = -1;

	while (q && (got = rows_next(q, err)) > 0)
		*VEC_ADD(a, &x->now->fixes) = (struct past_fix){ .incident = arena_str(a, rows_str(q, 0)),
			.solution = arena_str(a, rows_str(q, 1)),
			.rule = arena_str(a, rows_str(q, 2)),
			.fingerprint = arena_str(a, rows_str(q, 3)) };
	rows_end(q);
	return got == 0;
}

/* Find the entry of the fix, and what became of its files. */
static void fix_look(struct late_outcomes *x, struct past_fix *f, const struct journal_entry *all, size_t n)
{
	f->looked = true;
	for (size_t k = 0; k < n && !f->backup.n; k++) {
		const struct journal_entry *e = &all[k];
		if (!str_is(e->state, "applied") || !str_eq(e->root, x->now->root) ||
			!str_eq(json_str(json_path(e->manifest, "note.incident")), f->incident) ||
			!str_eq(json_str(json_path(e->manifest, "note.solution")), f->solution))
			continue;
		f->backup = e->name;
		f->time = e->time;
		f->paths = e->paths;
		f->n = e->n;
		f->state = fix_state(x, f, all, n, e);
	}
}

/* Look at the newest fixes of that fingerprint (empty: of any) that were not looked at.  An entry is made after its
 * incident, so its name is the greater one. */
static void fixes_look(struct late_outcomes *x, struct str fingerprint)
{
	struct past_fix *newest[NEWEST];
	struct journal_entry *all;
	struct str from = STR_NONE;
	size_t n = 0, entries;

	for (size_t i = 0; i < x->now->fixes.n && n < NEWEST; i++) {
		struct past_fix *f = &x->now->fixes.at[i];
		if (f->looked || (fingerprint.n && !str_eq(f->fingerprint, fingerprint)))
			continue;
		if (!n || str_cmp(f->incident, from) < 0)
			from = f->incident;
		newest[n++] = f;
	}
	if (!n || !journal_list(&x->a, from, &all, &entries, NULL))
		return;
	for (size_t i = 0; i < n; i++)
		fix_look(x, newest[i], all, entries);
}

static bool event_add(
	struct late_outcomes *x, const struct record *r, struct past_fix *f, const char *name, struct err *err)
{
	struct record event = record_new(&x->a, KIND_EVENT);

	f->reported = true;
	event.correlation_id = r->correlation_id;
	event.fingerprint = f->fingerprint;
	event.event.name = str_of(name);
	event.event.incident = f->incident;
	event.event.solution = f->solution;
	event.event.rule = f->rule;
	event.event.backup = f->backup;
	event.event.detail = arena_printf(&x->a, "seen with incident %.*s", STR_ARG(r->id));
	return store_add(x->store, &event, err);
}

static bool project_begin(struct late_outcomes *x, const struct record *r, struct err *err)
{
	if (x->n == PROJECTS) {
		arena_reset(&x->a);
		x->n = 0;
	}
	x->now = &x->projects[x->n++];
	*x->now = (struct project){ .root = arena_str(&x->a, r->source.project) };
	if (!successes_read(x, err))
		return false;
	fixes_look(x, STR_NONE);
	for (size_t i = 0; i < x->now->fixes.n; i++)
		if (x->now->fixes.at[i].state == STATE_EDITED && !str_eq(x->now->fixes.at[i].incident, r->id) &&
			!event_add(x, r, &x->now->fixes.at[i], "fix_edited", err))
			return false;
	return true;
}

/* Is the incident in a file that the fix changed? */
static bool is_in(const struct late_outcomes *x, const struct past_fix *f, const struct record *r)
{
	struct arena a = ARENA_INIT;
	struct str cwd = r->source.cwd.n ? r->source.cwd : x->now->root;
	struct str file = path_below(path_normal(&a, path_join(&a, cwd, r->error.file)), x->now->root);
	bool found = false;

	for (size_t i = 0; i < f->n && file.p; i++)
		found |= str_eq(f->paths[i], file);
	arena_free(&a);
	return found;
}

static bool is_later(const struct record *r, const struct past_fix *f)
{
	int64_t seen, fixed;

	return when_parse(r->time, &seen) && when_parse(f->time, &fixed) && seen > fixed;
}

static bool is_of_project(const struct record *r)
{
	return r->kind == KIND_INCIDENT && path_is_absolute(r->source.project);
}

/* Is it one of those that were looked at?  The records of a stream are nearly always of the last one. */
static bool project_find(struct late_outcomes *x, struct str root)
{
	if (x->now && str_eq(x->now->root, root))
		return true;
	for (size_t i = 0; i < x->n; i++)
		if (str_eq(x->projects[i].root, root)) {
			x->now = &x->projects[i];
			return true;
		}
	return false;
}

/* Did this fix not last? */
static bool is_back(const struct late_outcomes *x, const struct past_fix *f, const struct record *r)
{
	return !f->reported && (f->state == STATE_INTACT || f->state == STATE_BACK) &&
		str_eq(f->fingerprint, r->fingerprint) && !str_eq(f->incident, r->id) && is_later(r, f) &&
		is_in(x, f, r);
}

/* If its fix is not among the newest, look at older ones; not if a newer one changed the same file for the same error,
 * which says nothing about them. */
static void older_look(struct late_outcomes *x, const struct record *r)
{
	bool unknown = false;

	for (size_t i = 0; i < x->now->fixes.n; i++) {
		const struct past_fix *f = &x->now->fixes.at[i];
		if (!str_eq(f->fingerprint, r->fingerprint))
			continue;
		if (f->looked && is_in(x, f, r))
			return;
		unknown |= !f->looked;
	}
	if (unknown)
		fixes_look(x, r->fingerprint);
}

bool late_outcomes_asks(struct late_outcomes *x, const struct record *r)
{
	bool asks = is_of_project(r) && !project_find(x, r->source.project);

	if (is_of_project(r) && !asks)
		older_look(x, r);
	for (size_t i = 0; is_of_project(r) && !asks && i < x->now->fixes.n; i++)
		asks = is_back(x, &x->now->fixes.at[i], r);
	return asks;
}

bool late_outcomes_see(struct late_outcomes *x, const struct record *r, struct err *err)
{
	if (!is_of_project(r))
		return true;
	if (!project_find(x, r->source.project) && !project_begin(x, r, err))
		return false;
	older_look(x, r);
	for (size_t i = 0; i < x->now->fixes.n; i++) {
		struct past_fix *f = &x->now->fixes.at[i];
		const char *name = f->state == STATE_INTACT ? "fix_returned" : "fix_edited";
		if (is_back(x, f, r) && !event_add(x, r, f, name, err))
			return false;
	}
	return true;
}
