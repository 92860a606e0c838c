#include "workshop.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer.h"
#include "attempt.h"
#include "path.h"
#include "proc.h"
#include "standin.h"
#include "syntax.h"
#include "trial.h"

enum { ROUNDS = 60, TRIES_MAX = 120 };

struct workshop {
	struct arena *a;
	const struct workshop_options *o;
	struct workshop_result *r;
	struct trial *trial;
	struct tree tree;		/* the copy, for plans */
	struct view *view;		/* the copy, for analysis */
	struct str dir;			/* where the command runs in it */
	bool in_place;			/* the command finds the copy where the project is */
	double deadline;
	double least;			/* the least sure of what was kept */
	VEC(struct str) edited;		/* files that differ from the project by our hand */
	VEC(struct json *) commands;	/* run steps that were kept, in order */
	VEC(struct str) states;		/* what the output looked like before: no going in circles */
	bool doubted, lenient;		/* some helped half in this round; that is enough now */
	struct str tie;			/* the incident for which several solutions that are alike help */
};

double confidence_proven(double p)
{
	/* What failed without it and passed with it is far likelier right than the bare prior says,
	 * but a guess stays a guess: the odds against are taken to a third. */
	return 1.0 - (1.0 - p) / 3.0;
}

static void say_progress(struct workshop *w, const char *what, struct str of)
{
	char line[300], shown[240];

	if (!w->o->progress)
		return;
	snprintf(line, sizeof(line), "%s%s", what, visible(of, shown, sizeof(shown)));
	w->o->progress(w->o->progress_ctx, line);
}

/* ---- the copy ---- */

static bool copy_open(struct workshop *w, struct err *err)
{
	struct trial_limits limits = { .bytes = (uint64_t)config_int(w->o->config, "trial.max_mb") << 20 };
	struct str below = path_below(str_of(w->o->cwd), str_of(w->o->root));

	w->trial = trial_new(w->o->root, &limits, err);
	if (!w->trial)
		return false;
	const char *path = trial_path(w->trial);
	w->dir = path_normal(w->a, path_join(w->a, str_of(path), below.p ? below : STR(".")));
	w->view = view_new(path, w->dir.p, err);
	w->in_place = standin_works(path, w->o->root);
	if (w->view && w->in_place)
		view_alias(w->view, str_of(w->o->root));
	return w->view && tree_open(w->a, &w->tree, path, err);
}

static void copy_close(struct workshop *w)
{
	view_free(w->view);
	tree_close(&w->tree);
	trial_free(w->trial);
}

static bool copy_run(struct workshop *w, struct watched *out, struct err *err)
{
	double left = w->deadline - seconds_now();
	struct watch_options o = { .pack = w->o->pack, .argv = w->o->argv, .dir = w->in_place ? w->o->cwd : w->dir.p,
				   .copy = w->in_place ? trial_path(w->trial) : NULL, .original = w->o->root,
				   .timeout = left < 1 ? 1 : left };

	w->r->runs++;
	return watch(&o, out, err);
}

/* ---- comparing runs ---- */

static bool same_place(const struct record *x, const struct record *y, int64_t shift)
{
	return str_eq(record_str(x, F_FINGERPRINT), record_str(y, F_FINGERPRINT)) &&
	       record_int(x, F_ERROR_LINE, 0) + shift == record_int(y, F_ERROR_LINE, 0);
}

static bool is_still_there(const struct watched *now, const struct record *r, int64_t shift)
{
	for (struct collected *c = now->incidents.first; c; c = c->next)
		if (same_place(r, &c->r, 0) || (shift && same_place(r, &c->r, shift)))
			return true;
	return false;
}

/* How often the same is said of one line, wherever the edit has moved it: a line can hold the same mistake twice. */
static size_t times_there(const struct watched *x, const struct record *r, int64_t shift)
{
	size_t stayed = 0, moved = 0;

	for (struct collected *c = x->incidents.first; c; c = c->next) {
		stayed += same_place(r, &c->r, 0) ? (size_t)c->count : 0;
		moved += same_place(r, &c->r, shift) ? (size_t)c->count : 0;
	}
	return stayed > moved ? stayed : moved;
}

static size_t times_all(const struct watched *x)
{
	size_t n = 0;

	for (struct collected *c = x->incidents.first; c; c = c->next)
		n += incident_counts(x, &c->r) ? (size_t)c->count : 0;
	return n;
}

static bool all_gone(const struct watched *before, const struct watched *now, int64_t shift)
{
	for (struct collected *c = before->incidents.first; c; c = c->next)
		if (incident_counts(before, &c->r) && is_still_there(now, &c->r, shift))
			return false;
	return true;
}

/* What a run said, in short: to know a state that was there before. */
static struct str state_of(struct workshop *w, const struct watched *x)
{
	struct str state = arena_printf(w->a, "%d", x->run.status);

	for (struct collected *c = x->incidents.first; c; c = c->next)
		state = arena_printf(w->a, "%.*s %.*s:%lld*%lld", STR_ARG(state), STR_ARG(record_str(&c->r, F_FINGERPRINT)),
			(long long)record_int(&c->r, F_ERROR_LINE, 0), (long long)c->count);
	return state;
}

static bool state_is_new(struct workshop *w, struct str state)
{
	for (size_t i = 0; i < w->states.n; i++)
		if (str_eq(w->states.at[i], state))
			return false;
	*VEC_ADD(w->a, &w->states) = state;
	return true;
}

/* Is something wrong in the line that was mended? */
static bool is_faulty(const struct watched *now, const struct record *r)
{
	for (struct collected *c = now->incidents.first; c; c = c->next)
		if (incident_counts(now, &c->r) && record_int(&c->r, F_ERROR_LINE, 0) == record_int(r, F_ERROR_LINE, 0) &&
		    str_eq(record_str(&c->r, F_ERROR_FILE), record_str(r, F_ERROR_FILE)))
			return true;
	return false;
}

/* The incident is gone, and fewer are left, or all that are left are new ones that it hid, or one that it
 * hid has come up: elsewhere, for in the same line it may be this solution's own; only: there is no other. */
/* What else a solution stands beside: others for the same incident, none, or it is several in one. */
enum rivals { RIVALS_SOME, RIVALS_NONE, RIVALS_JOINED };

static size_t times_said(const struct watched *w, struct str fingerprint)
{
	size_t n = 0;

	for (struct collected *c = w->incidents.first; c; c = c->next)
		n += str_eq(record_str(&c->r, F_FINGERPRINT), fingerprint);
	return n;
}

/* Something is said now that was not said before, or not so often. */
static bool has_fresh(const struct watched *before, const struct watched *now)
{
	for (struct collected *c = now->incidents.first; c; c = c->next) {
		struct str fingerprint = record_str(&c->r, F_FINGERPRINT);
		if (incident_counts(now, &c->r) && times_said(now, fingerprint) > times_said(before, fingerprint))
			return true;
	}
	return false;
}

static bool is_progress(struct workshop *w, const struct watched *before, const struct watched *now,
	const struct record *r, int64_t shift, enum rivals rivals)
{
	bool only = rivals == RIVALS_NONE;

	if (now->run.status == 0)
		return true;
	if (rivals == RIVALS_JOINED && has_fresh(before, now))
		return false;
	/* What does not count itself (a warning among errors) is no aim of its own. */
	if (!incident_counts(before, r) && times_all(now) >= times_all(before))
		return false;
	/* Another one may leave nothing wrong with the line: this one only if none does. */
	if (rivals == RIVALS_SOME && !w->lenient && is_faulty(now, r)) {
		w->doubted = true;
		return false;
	}
	size_t left = times_there(now, r, shift);
	if (now->run.timed_out || (left && left >= times_there(before, r, 0)) || watched_errors(now) == 0)
		return false;
	if (times_all(now) >= times_all(before) && !all_gone(before, now, shift) &&
	    (watched_errors(now) > watched_errors(before) || (!only && is_faulty(now, r))))
		return false;
	return state_is_new(w, state_of(w, now));
}

/* ---- one solution ---- */

static void edited_note(struct workshop *w, struct str path)
{
	for (size_t i = 0; i < w->edited.n; i++)
		if (str_eq(w->edited.at[i], path))
			return;
	*VEC_ADD(w->a, &w->edited) = arena_str(w->a, path);
}

/* A file that parsed before and does not now: no need to run the command. */
static bool breaks_syntax(struct workshop *w, const struct attempt *t)
{
	for (size_t i = 0; i < attempt_files(t); i++) {
		struct str path = attempt_file(t, i);
		struct check after = syntax_check(w->a, w->o->pack, w->tree.path.p, path);
		if (after.status != CHECK_FAILED)
			continue;
		if (!attempt_swap(t, i))
			return true;
		struct check before = syntax_check(w->a, w->o->pack, w->tree.path.p, path);
		if (!attempt_swap(t, i) || before.status == CHECK_PASSED)
			return true;
	}
	return false;
}

static void keep(struct workshop *w, const struct attempt *t, const struct json *solution, double prior)
{
	for (size_t i = 0; i < attempt_files(t); i++)
		edited_note(w, attempt_file(t, i));
	JSON_EACH(step, json_get(solution, "steps"))
		if (str_is(json_str(json_get(step, "do")), "run"))
			*VEC_ADD(w->a, &w->commands) = json_copy(w->a, step);
	w->least = prior < w->least ? prior : w->least;
}

static bool is_actable(const struct json *solution)
{
	struct str how = json_str(json_get(solution, "applicability"));

	return (str_is(how, "machine") || str_is(how, "maybe")) && json_double(json_get(solution, "confidence"), 0) >= 0.3;
}

static size_t actable_count(const struct record *r)
{
	size_t n = 0;

	JSON_EACH(solution, record_get(r, F_SOLUTIONS))
		n += is_actable(solution);
	return n;
}

/* ---- one of several that are alike ---- */

static bool is_alone(const struct json *solution)
{
	return json_bool(json_get(solution, "alone"), false);
}

/* Would it help as well as the best one?  The copy is as it was afterwards. */
static bool would_help(struct workshop *w, struct json *solution, const struct record *r, const struct watched *best)
{
	struct err err;
	struct watched now;
	struct attempt *t = attempt_make(w->a, w->o->policy, &w->tree, solution, r, &err);
	bool helps = false;

	if (!t)
		return false;
	if (attempt_apply(t, config_double(w->o->config, "timeout"), &err) && !breaks_syntax(w, t)) {
		view_forget(w->view);
		if (copy_run(w, &now, &err)) {
			helps = (now.run.status == 0 || best->run.status) && times_all(&now) <= times_all(best);
			watched_release(&now);
		}
	}
	attempt_revert(t);
	view_forget(w->view);
	return helps;
}

/* The solution helped; if another of its kind helps as well, nobody can tell which one was meant. */
static bool stands_alone(struct workshop *w, struct attempt *t, const struct json *solution, const struct record *r,
	const struct watched *now)
{
	struct err err;
	bool rival = false, behind = false;

	attempt_revert(t);
	view_forget(w->view);
	/* Those before it were tried before it, and did not help. */
	JSON_EACH(other, record_get(r, F_SOLUTIONS)) {
		if (!rival && behind && is_alone(other)) {
			say_progress(w, "trying as well: ", json_str(json_get(other, "description")));
			rival = would_help(w, other, r, now);
		}
		behind |= other == solution;
	}
	if (!rival && !attempt_apply(t, config_double(w->o->config, "timeout"), &err))
		return false;
	view_forget(w->view);
	return !rival;
}

/* Try one solution in the copy; true when it stays (and *now is the new run). */
static bool solution_try(struct workshop *w, struct json *solution, const struct record *r, const struct watched *before,
	struct watched *now, enum rivals rivals)
{
	struct err err;
	double prior = json_double(json_get(solution, "confidence"), 0);
	struct attempt *t = attempt_make(w->a, w->o->policy, &w->tree, solution, r, &err);
	size_t note = w->r->tried.n;

	*VEC_ADD(w->a, &w->r->tried) = (struct tried){ arena_str(w->a, record_str(r, F_FINGERPRINT)), arena_str(w->a, json_str(json_get(solution, "id"))),
		arena_str(w->a, record_str(r, F_ERROR_RULE)), arena_str(w->a, json_str(json_get(solution, "description"))), prior, false };
	if (!t) {
		say_progress(w, "not tried: ", str_of(err.text));
		return false;
	}
	say_progress(w, "trying: ", json_str(json_get(solution, "description")));
	if (!attempt_apply(t, config_double(w->o->config, "timeout"), &err) || breaks_syntax(w, t)) {
		attempt_revert(t);
		view_forget(w->view);
		return false;
	}
	view_forget(w->view);
	bool ran = copy_run(w, now, &err);
	bool helped = ran && is_progress(w, before, now, r, attempt_shift(t), rivals);
	if (helped && is_alone(solution) && !stands_alone(w, t, solution, r, now)) {
		say_progress(w, "another one helps as well: ", STR("a person has to tell which was meant"));
		w->tie = arena_str(w->a, record_str(r, F_ID));
		watched_release(now);
		return false;
	}
	if (helped) {
		keep(w, t, solution, prior);
		w->r->tried.at[note].kept = true;
		return true;
	}
	watched_release(now);
	attempt_revert(t);
	view_forget(w->view);
	return false;
}

/* ---- rounds ---- */

static struct analyzer *analyzer_for(struct workshop *w)
{
	struct analyzer_options o = { .pack = w->o->pack, .view = w->view, .confidence = w->o->confidence, .ctx = w->o->confidence_ctx };

	return analyzer_new(&o);
}

static bool out_of_time(struct workshop *w)
{
	return seconds_now() >= w->deadline || w->r->tried.n >= TRIES_MAX;
}

/* ---- one mistake in several places ---- */

static struct json *best_of(const struct collected *c)
{
	struct json *best = json_at(record_get(&c->r, F_SOLUTIONS), 0);

	return best && !record_bool(&c->r, F_ERROR_SUMMARY, false) && is_actable(best) ? best : NULL;
}

static bool has_step_like(const struct json *steps, struct str text, struct arena *a)
{
	JSON_EACH(step, steps)
		if (str_eq(json_text(a, step), text))
			return true;
	return false;
}

/* The first root's best solution, joined by those of the same id that are the best of other incidents:
 * one slip made again and again.  Different solutions never go in together, since one of them may be
 * all that is needed.  NULL: it stands alone. */
static struct json *joined_solution(struct workshop *w, const struct watched *before, const struct record **first)
{
	struct json *all = NULL, *steps = NULL;
	size_t n = 0;

	for (struct collected *c = before->incidents.first; c; c = c->next) {
		struct json *best = best_of(c);
		bool root = record_bool(&c->r, F_ANALYSIS_ROOT, true);
		if (!best || (!all && !root) || (all && !str_eq(json_str(json_get(best, "id")), json_str(json_get(all, "id")))))
			continue;
		n++;
		if (!all) {
			*first = &c->r;
			all = json_copy(w->a, best);
			steps = json_get(all, "steps");
			continue;
		}
		JSON_EACH(step, json_get(best, "steps"))
			if (!has_step_like(steps, json_text(w->a, step), w->a))
				json_add(steps, json_copy(w->a, step));
	}
	return n > 1 ? all : NULL;
}

static bool joined_try(struct workshop *w, struct watched *before, struct watched *now)
{
	const struct record *first = NULL;
	struct json *all = joined_solution(w, before, &first);

	return all && !out_of_time(w) && solution_try(w, all, first, before, now, RIVALS_JOINED);
}

/* The roots in the order in which they were seen, then what is said to follow from them: it may not. */
static bool incidents_try(struct workshop *w, struct watched *before, struct watched *now)
{
	bool kept = false, acted = false;

	for (int pass = 0; pass < 2 && !kept; pass++)
		for (struct collected *c = before->incidents.first; c && !kept && !out_of_time(w); c = c->next) {
			int tries = 0;
			bool among_alike = false;
			if (record_bool(&c->r, F_ANALYSIS_ROOT, true) != (pass == 0) || record_bool(&c->r, F_ERROR_SUMMARY, false))
				continue;
			JSON_EACH(solution, record_get(&c->r, F_SOLUTIONS)) {
				if (kept || !is_actable(solution) || out_of_time(w))
					break;
				if (is_alone(solution) && str_eq(w->tie, record_str(&c->r, F_ID)))
					continue;
				/* Those that are alike are one attempt: they only make sense together. */
				tries += !is_alone(solution) || !among_alike;
				among_alike |= is_alone(solution);
				if (tries > w->o->attempts)
					break;
				acted = true;
				kept = solution_try(w, solution, &c->r, before, now,
					actable_count(&c->r) == 1 ? RIVALS_NONE : RIVALS_SOME);
			}
		}
	if (!kept)
		w->r->reason = out_of_time(w) ? STR("the time for it ran out") : acted ?
			STR("none of the known solutions made it pass") : STR("no solution is known that heal may try by itself");
	return kept;
}

static bool round_try(struct workshop *w, struct watched *before, struct watched *now)
{
	struct analyzer *analyzer = analyzer_for(w);

	for (struct collected *c = before->incidents.first; c; c = c->next)
		analyzer_record(analyzer, &c->r);
	analyzer_free(analyzer);
	w->doubted = w->lenient = false;
	if (joined_try(w, before, now) || incidents_try(w, before, now))
		return true;
	w->lenient = w->doubted;
	return w->lenient && incidents_try(w, before, now);
}

/* ---- the whole difference as one solution ---- */

/* One edit a file: what lies between the common beginning and the common end. */
static struct json *file_edit(struct workshop *w, struct view *project, struct str path)
{
	const struct text *old = view_read(project, path), *new = view_read(w->view, path);
	struct json *step = json_new(w->a, JSON_OBJECT), *edit = json_new(w->a, JSON_OBJECT);
	int64_t line, column, end_line, end_column;
	char hex[SHA256_HEX];
	size_t head = 0, tail = 0;

	if (!old || !new || str_eq(old->all, new->all))
		return NULL;
	size_t least = old->all.n < new->all.n ? old->all.n : new->all.n;
	while (head < least && old->all.p[head] == new->all.p[head])
		head++;
	/* Whole lines: no place inside a CR LF or a character. */
	while (head > 0 && old->all.p[head - 1] != '\n')
		head--;
	while (tail < least - head && old->all.p[old->all.n - 1 - tail] == new->all.p[new->all.n - 1 - tail])
		tail++;
	while (tail > 0 && old->all.p[old->all.n - tail - 1] != '\n')
		tail--;
	text_place(old, head, &line, &column);
	text_place(old, old->all.n - tail, &end_line, &end_column);
	sha256_of(old->all, hex);
	json_set_str(w->a, step, "do", STR("edit"));
	json_set_str(w->a, step, "file", path);
	json_set_str(w->a, step, "expect", str_of(hex));
	json_set_str(w->a, step, "line_ends", STR("given"));
	json_set_int(w->a, edit, "line", line);
	json_set_int(w->a, edit, "column", column);
	json_set_int(w->a, edit, "end_line", end_line);
	json_set_int(w->a, edit, "end_column", end_column);
	json_set_str(w->a, edit, "text", str_sub(new->all, head, new->all.n - tail));
	json_add(json_array_in(w->a, step, "edits"), edit);
	return step;
}

static struct json *mode_step(struct workshop *w, struct str path)
{
	struct stat old, new;
	struct str real = arena_printf(w->a, "%s/%.*s", w->o->root, STR_ARG(path));
	struct str copy = arena_printf(w->a, "%.*s/%.*s", STR_ARG(w->tree.path), STR_ARG(path));

	if (stat(real.p, &old) < 0 || stat(copy.p, &new) < 0 || (old.st_mode & 07777) == (new.st_mode & 07777))
		return NULL;
	struct json *step = json_new(w->a, JSON_OBJECT);
	json_set_str(w->a, step, "do", STR("mode"));
	json_set_str(w->a, step, "file", path);
	json_set_str(w->a, step, "mode", arena_printf(w->a, "%04o", new.st_mode & 07777));
	return step;
}

static struct json *create_step(struct workshop *w, struct str path)
{
	const struct text *new = view_read(w->view, path);
	struct json *step = json_new(w->a, JSON_OBJECT);

	if (!new)
		return NULL;
	json_set_str(w->a, step, "do", STR("create"));
	json_set_str(w->a, step, "file", path);
	json_set_str(w->a, step, "text", new->all);
	return step;
}

static struct str descriptions(struct workshop *w)
{
	struct str all = STR("");

	for (size_t i = 0; i < w->r->tried.n; i++)
		if (w->r->tried.at[i].kept)
			all = arena_printf(w->a, "%.*s%s%.*s", STR_ARG(all), all.n ? " " : "", STR_ARG(w->r->tried.at[i].description));
	return all;
}

static struct json *solution_of(struct workshop *w)
{
	struct json *o = json_new(w->a, JSON_OBJECT), *steps = json_array_in(w->a, o, "steps");
	struct json *files = json_array_in(w->a, o, "files");
	struct err err;
	struct view *project = view_new(w->o->root, w->o->cwd, &err);
	struct str id = STR("");

	for (size_t i = 0; i < w->r->tried.n; i++)
		if (w->r->tried.at[i].kept && str_find(id, w->r->tried.at[i].solution) == id.n)
			id = arena_printf(w->a, "%.*s%s%.*s", STR_ARG(id), id.n ? "+" : "", STR_ARG(w->r->tried.at[i].solution));
	json_set_str(w->a, o, "id", str_sub(id, 0, 200));
	json_set_str(w->a, o, "type", w->edited.n ? STR("code_fix") : STR("dependency_update"));
	json_set_str(w->a, o, "applicability", STR("machine"));
	json_set_str(w->a, o, "description", descriptions(w));
	json_set_str(w->a, o, "reasoning", STR("Tried in a copy of the project: the command failed without it and passes with it."));
	view_forget(w->view);
	for (size_t i = 0; project && i < w->edited.n; i++) {
		struct str path = w->edited.at[i];
		struct json *edit = view_exists(project, path) ? file_edit(w, project, path) : create_step(w, path);
		struct json *mode = view_exists(project, path) ? mode_step(w, path) : NULL;
		if (edit)
			json_add(steps, edit);
		if (mode)
			json_add(steps, mode);
		if (edit || mode)
			json_add(files, json_new_str(w->a, path));
	}
	for (size_t i = 0; i < w->commands.n; i++)
		json_add(steps, w->commands.at[i]);
	view_free(project);
	return o;
}

bool workshop_run(struct arena *a, const struct workshop_options *o, const struct watched *first,
	struct workshop_result *r, struct err *err)
{
	struct workshop w = { .a = a, .o = o, .r = r, .deadline = seconds_now() + o->budget, .least = 1.0 };
	/* Records point to their run's memory, so a run stays where it is and only the roles change. */
	struct watched runs[2], *before = &runs[0], *now = &runs[1];
	bool same = false;

	memset(r, 0, sizeof(*r));
	w.tree.fd = -1;
	if (!copy_open(&w, err)) {
		copy_close(&w);
		return false;
	}
	/* The copy must fail as the project does, or nothing seen in it means anything. */
	bool ok = copy_run(&w, before, err);
	for (struct collected *c = first->incidents.first; ok && c && !same; c = c->next)
		same = incident_counts(first, &c->r) && is_still_there(before, &c->r, 0);
	if (!ok || before->run.status != first->run.status || !same) {
		r->reason = STR("the failure is another one in a copy of the project");
	} else {
		state_is_new(&w, state_of(&w, before));
		for (int round = 0; round < ROUNDS && round_try(&w, before, now); round++) {
			struct watched *old = before;
			watched_release(old);
			before = now;
			now = old;
			if (before->run.status == 0) {
				r->healed = true;
				break;
			}
		}
	}
	if (r->healed) {
		r->solution = solution_of(&w);
		r->confidence = confidence_proven(w.least);
		json_set_double(a, r->solution, "confidence", r->confidence);
	}
	watched_release(before);
	copy_close(&w);
	return true;
}
