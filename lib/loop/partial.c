#include "loop/partial.h"

#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "detect/test_count.h"
#include "validate/compare.h"

enum { ROUNDS = 4 };

typedef VEC(struct str) str_vec;

/* ---- what is about a file ---- */

static bool is_name_of(struct search *s, struct str name, struct str path)
{
	struct str full = path_normal(s->a, path_join(s->a, str_of(s->o->cwd), name));
	struct str below = name.n ? path_below(full, s->project.path) : STR_NONE;

	return below.p && str_eq(below, path);
}

static bool is_about(struct search *s, const struct record *r, struct str path)
{
	LIST_EACH(frame, frame, &r->error.frames)
		if (is_name_of(s, frame->file, path))
			return true;
	LIST_EACH(related, related, &r->error.related)
		if (is_name_of(s, related->file, path))
			return true;
	return is_name_of(s, r->error.file, path);
}

static bool is_fresh(const struct search *s, const struct observed_run *last, const struct record *r)
{
	return times_reported(last, r->fingerprint) > times_reported(s->first, r->fingerprint);
}

static bool mended_syntax(const struct search *s, struct str path)
{
	for (size_t i = 0; i < s->r->tried.n; i++)
		if (s->r->tried.at[i].kept && s->r->tried.at[i].syntax && str_eq(s->r->tried.at[i].file, path))
			return true;
	return false;
}

/* The first changed file against which the run speaks: its number; the number of files: none; SIZE_MAX: all. */
static size_t objected(struct search *s, const struct observed_run *last)
{
	for (struct collected *c = last->incidents.first; c; c = c->next) {
		if (!incident_counts(last, &c->r))
			continue;
		bool fresh = is_fresh(s, last, &c->r);
		if (fresh && !c->r.error.file.n)
			return SIZE_MAX;
		for (size_t i = 0; i < s->edited.n; i++)
			if ((fresh || mended_syntax(s, s->edited.at[i])) && is_about(s, &c->r, s->edited.at[i]))
				return i;
	}
	return s->edited.n;
}

/* ---- the copy ---- */

static bool text_of(struct arena *a, const struct tree *t, struct str path, struct str *text, struct stat *st)
{
	*text = STR("");
	return tree_stat(a, t, path, st, NULL) == 1 && tree_read(a, t, path, text, st, NULL);
}

static bool file_restore(struct search *s, const struct tree *project, size_t i)
{
	struct str text, path = s->edited.at[i];
	struct stat st;
	struct err err;

	if (text_of(s->a, project, path, &text, &st)) {
		if (!sandbox_write(s->copy, path, text, st.st_mode, &err))
			return false;
	} else {
		sandbox_remove(s->copy, path);
	}
	for (; i + 1 < s->edited.n; i++)
		s->edited.at[i] = s->edited.at[i + 1];
	s->edited.n--;
	return true;
}

bool search_restore_all(struct search *s)
{
	struct tree project = { .fd = -1 };
	struct err err;
	bool ok = tree_open(s->a, &project, s->o->root, &err);

	while (ok && s->edited.n)
		ok = file_restore(s, &project, s->edited.n - 1);
	tree_close(&project);
	return ok;
}

static struct comparison whole_comparison(struct search *s, const struct tree *project)
{
	struct comparison c = search_comparison(s);
	struct stat st;

	for (size_t i = 0; i < s->edited.n; i++) {
		struct change change = { .path = s->edited.at[i] };
		change.existed = text_of(s->a, project, change.path, &change.old, &st);
		text_of(s->a, sandbox_tree(s->copy), change.path, &change.new, &st);
		comparison_change(&c, &change);
	}
	return c;
}

static bool run_again(struct search *s, struct observed_run *last)
{
	struct err err;

	observed_run_release(last);
	return search_run(s, last, &err) && !last->run.timed_out && last->run.status != 0;
}

/* ---- the verdict ---- */

/* Failures are told by their lines: a compiler may have more to say about one. */
static void count_one(struct search *s, str_vec *seen, const struct record *r, size_t *n)
{
	struct str place = arena_printf(s->a, "%.*s:%lld", STR_ARG(r->error.file), (long long)r->error.line);

	if (str_among(seen->at, seen->n, place))
		return;
	*VEC_ADD(s->a, seen) = place;
	++*n;
}

static void count_first(struct search *s, const struct comparison *c, const struct observed_run *last)
{
	str_vec gone = { 0 }, left = { 0 };

	for (struct collected *x = s->first->incidents.first; x; x = x->next) {
		bool root = incident_is_root(&x->r), there = is_still_there(c, last, &x->r);
		if (!incident_counts(s->first, &x->r))
			continue;
		if (!there)
			*VEC_ADD(s->a, &s->r->gone) = arena_str(s->a, x->r.id);
		if (root)
			count_one(s, there ? &left : &gone, &x->r, there ? &s->r->left : &s->r->mended);
	}
}

/* Those that were hidden at first are mended if a solution for them was kept. */
static void count_hidden(struct search *s, const struct observed_run *last)
{
	str_vec left = { 0 };

	for (size_t i = 0; i < s->r->tried.n; i++)
		s->r->mended += s->r->tried.at[i].kept && !times_reported(s->first, s->r->tried.at[i].fingerprint);
	for (struct collected *x = last->incidents.first; x; x = x->next)
		if (incident_counts(last, &x->r) && is_fresh(s, last, &x->r)) {
			*VEC_ADD(s->a, &s->r->remaining) = arena_str(s->a, x->r.fingerprint);
			count_one(s, &left, &x->r, &s->r->left);
		}
}

static void count(struct search *s, const struct comparison *c, const struct observed_run *last)
{
	memset(&s->r->gone, 0, sizeof(s->r->gone));
	memset(&s->r->remaining, 0, sizeof(s->r->remaining));
	s->r->mended = s->r->left = 0;
	count_first(s, c, last);
	count_hidden(s, last);
}

static bool settle(struct search *s, const struct tree *project, struct observed_run *last)
{
	for (int i = 0; i < ROUNDS; i++) {
		size_t guilty = objected(s, last);
		if (guilty == s->edited.n) {
			struct comparison c = whole_comparison(s, project);
			count(s, &c, last);
			return s->r->gone.n > 0 && s->r->mended > 0 && s->r->left > 0;
		}
		if (guilty == SIZE_MAX || search_out_of_time(s) || !file_restore(s, project, guilty) || !s->edited.n ||
			!run_again(s, last))
			return false;
	}
	return false;
}

static bool ends_alike(struct search *s, struct observed_run *last)
{
	struct str state = run_state(s->a, last);
	struct check tests = tests_compare(s->a, s->tests, observed_run_tests(last, s->o->pack));

	if (tests.status != CHECK_PASSED && tests.status != CHECK_SKIPPED && tests.status != CHECK_WARNING)
		return false;
	return s->o->level == VALIDATE_QUICK || (run_again(s, last) && str_eq(state, run_state(s->a, last)));
}

bool search_partial(struct search *s, struct observed_run *last)
{
	struct tree project = { .fd = -1 };
	struct err err;

	if (!s->edited.n || s->commands.n || s->draft_kept || s->by_model || s->doubtful || s->o->stand_in ||
		last->run.timed_out || !tree_open(s->a, &project, s->o->root, &err))
		return false;
	bool partial = settle(s, &project, last) && ends_alike(s, last);
	tree_close(&project);
	if (partial && s->o->all_or_nothing)
		s->r->reason = arena_printf(s->a, "%zu of %zu can be mended, which all_or_nothing does not permit",
			s->r->mended, s->r->mended + s->r->left);
	s->r->partial = partial && !s->o->all_or_nothing;
	if (s->r->partial)
		search_say(s, "%zu of %zu failures are mended; for the others no repair is known", s->r->mended,
			s->r->mended + s->r->left);
	return s->r->partial;
}
