#include "validate/compare.h"

#include <stdlib.h>

#include "base/path.h"
#include "tree/diff.h"

/* From 1, fatal, to 5, info; error if there is no level. */
static int level_rank(enum level level)
{
	return level ? (int)level : LEVEL_ERROR;
}

void comparison_init(struct comparison *c, struct arena *a, const struct tree *tree, struct str cwd)
{
	*c = (struct comparison){ .a = a, .tree = tree, .cwd = cwd };
}

static struct seen_place place_of(const struct comparison *c, const struct record *r)
{
	struct str file = r->error.file, cwd = r->source.cwd;
	struct str full = path_join(c->a, path_is_absolute(cwd) ? cwd : c->cwd, file);
	struct str below = file.n ? path_below(path_normal(c->a, full), c->tree->path) : STR_NONE;

	return (struct seen_place){
		.fingerprint = arena_str(c->a, r->fingerprint),
		.file = below.p ? below : STR_NONE,
		.line = r->error.line,
		.column = r->error.column,
		.rank = level_rank(r->error.level),
	};
}

void comparison_before(struct comparison *c, const struct record *r)
{
	if (r->kind != KIND_INCIDENT)
		return;
	*VEC_ADD(c->a, &c->before) = place_of(c, r);
	c->sorted = false;
}

void comparison_hidden(struct comparison *c, struct str fingerprint)
{
	/* Distinct places, all of them none. */
	*VEC_ADD(c->a, &c->before) = (struct seen_place){ .fingerprint = arena_str(c->a, fingerprint),
		.file = STR_NONE,
		.line = -1 - (int64_t)c->before.n,
		.rank = LEVEL_FATAL };
	c->sorted = false;
}

static struct original *original_of(const struct comparison *c, struct str path)
{
	for (size_t i = 0; i < c->originals.n; i++)
		if (str_eq(c->originals.at[i].path, path))
			return &c->originals.at[i];
	return NULL;
}

void comparison_entry(struct comparison *c, const struct journal_entry *e)
{
	for (size_t i = 0; i < e->n; i++) {
		struct original o = { .path = arena_str(c->a, e->paths[i]) };
		if (original_of(c, o.path))
			continue;
		o.absent = !journal_old(c->a, e, i, &o.text, NULL);
		*VEC_ADD(c->a, &c->originals) = o;
	}
}

void comparison_look(struct comparison *c)
{
	for (size_t i = 0; i < c->originals.n; i++) {
		struct original *o = &c->originals.at[i];
		struct str name, now;
		struct stat st;
		o->n = 0;
		if (o->absent || !tree_name(c->a, c->tree, o->path, &name, NULL) ||
			!tree_read(c->a, c->tree, name, &now, &st, NULL))
			continue;
		struct hunks h = diff_lines(c->a, o->text, now);
		o->hunks = h.at;
		o->n = h.n;
	}
}

void comparison_change(struct comparison *c, const struct change *change)
{
	struct original o = { .path = arena_str(c->a, change->path), .text = change->old, .absent = !change->existed };

	if (!o.absent) {
		struct hunks h = diff_lines(c->a, o.text, change->new);
		o.hunks = h.at;
		o.n = h.n;
	}
	*VEC_ADD(c->a, &c->originals) = o;
}

struct range {
	int64_t from, to;
};

/* The present range of a line; for a changed line, the lines that replaced it. */
static struct range range_now(const struct comparison *c, const struct seen_place *p)
{
	const struct original *o = p->file.n && p->line > 0 ? original_of(c, p->file) : NULL;
	int64_t shift = 0, line = p->line - 1;

	for (size_t i = 0; o && i < o->n; i++) {
		const struct hunk *h = &o->hunks[i];
		if (line < (int64_t)h->old_begin)
			break;
		if (line < (int64_t)h->old_end)
			return (struct range){ (int64_t)h->new_begin + (h->new_begin < h->new_end),
				(int64_t)h->new_end };
		shift = (int64_t)h->new_end - (int64_t)h->old_end;
	}
	return (struct range){ p->line + shift, p->line + shift };
}

static bool holds(struct range r, int64_t line)
{
	return line >= r.from && line <= r.to;
}

bool comparison_same_place(const struct comparison *c, const struct record *before, const struct record *now)
{
	if (!str_eq(before->fingerprint, now->fingerprint))
		return false;
	struct seen_place p = place_of(c, before);
	return holds(range_now(c, &p), now->error.line);
}

/* Is it the place of another earlier incident? */
static bool is_known(const struct comparison *c, struct str fingerprint, int64_t line)
{
	for (size_t i = 0; i < c->before.n; i++)
		if (str_eq(c->before.at[i].fingerprint, fingerprint) && holds(range_now(c, &c->before.at[i]), line))
			return true;
	return false;
}

bool comparison_resolved(const struct comparison *c, const struct record *r, const struct collection *now)
{
	struct seen_place p = place_of(c, r);
	struct range range = range_now(c, &p);

	for (const struct collected *x = now->first; x; x = x->next) {
		if (!str_eq(x->r.fingerprint, p.fingerprint))
			continue;
		int64_t line = x->r.error.line;
		if (holds(range, line) || !is_known(c, p.fingerprint, line))
			return false;
	}
	return true;
}

static int by_place(const void *x, const void *y)
{
	const struct seen_place *a = x, *b = y;
	int order = str_cmp(a->fingerprint, b->fingerprint);

	if (order == 0)
		order = (a->line > b->line) - (a->line < b->line);
	if (order == 0)
		order = (a->column > b->column) - (a->column < b->column);
	return order ? order : (a->rank > b->rank) - (a->rank < b->rank);
}

/* Sort and remove duplicates: heal-detect reports an incident each time that it is printed. */
static void sort(struct comparison *c)
{
	size_t kept = 0;

	if (c->sorted || !c->before.n)
		return;
	qsort(c->before.at, c->before.n, sizeof(*c->before.at), by_place);
	for (size_t i = 0; i < c->before.n; i++)
		if (kept == 0 || by_place(&c->before.at[kept - 1], &c->before.at[i]) != 0)
			c->before.at[kept++] = c->before.at[i];
	c->before.n = kept;
	c->sorted = true;
}

/* The number of places with this fingerprint and at least the level of `rank`. */
static size_t places(const struct comparison *c, struct str fingerprint, int rank)
{
	size_t low = 0, high = c->before.n, n = 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (str_cmp(c->before.at[middle].fingerprint, fingerprint) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < c->before.n && str_eq(c->before.at[low].fingerprint, fingerprint); low++)
		n += c->before.at[low].rank <= rank;
	return n;
}

static bool is_as_bad(const struct collected *x, int rank)
{
	return !x->r.error.summary && !x->r.from_status && level_rank(x->r.error.level) <= rank;
}

bool comparison_is_new(struct comparison *c, const struct collection *now, const struct collected *x, enum level level)
{
	int rank = level_rank(level);
	struct str print = x->r.fingerprint;

	sort(c);
	if (!is_as_bad(x, rank))
		return false;
	size_t before = places(c, print, rank), after = 1;
	/* A known fingerprint is new if it has more places than before. */
	for (const struct collected *y = now->first; before && y != x; y = y->next)
		after += is_as_bad(y, rank) && str_eq(y->r.fingerprint, print);
	return after > before;
}

size_t comparison_new(struct comparison *c, const struct collection *now, enum level level, const struct record **first)
{
	size_t found = 0;

	for (const struct collected *x = now->first; x; x = x->next)
		if (comparison_is_new(c, now, x, level) && found++ == 0 && first)
			*first = &x->r;
	return found;
}

struct str comparison_file(const struct comparison *c, const struct record *r)
{
	return place_of(c, r).file;
}

/* The number of failures of the file in the run without the fixes. */
static size_t failures_of(const struct comparison *c, struct str file)
{
	size_t n = 0;

	for (size_t i = 0; i < c->before.n; i++)
		n += c->before.at[i].rank <= LEVEL_ERROR && str_eq(c->before.at[i].file, file);
	return n;
}

bool comparison_may_hide(const struct comparison *c, const struct record *before, const struct record *found)
{
	struct seen_place p = place_of(c, before);

	return p.line > 0 && found->error.line > range_now(c, &p).to &&
		(before->error.level == LEVEL_FATAL || failures_of(c, p.file) <= 1);
}
