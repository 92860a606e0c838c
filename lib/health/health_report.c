#include "health/health_report.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/path.h"
#include "base/proc.h"
#include "health/check_run.h"
#include "health/prediction.h"
#include "health/quality.h"
#include "health/score.h"
#include "policy/confined.h"
#include "rules/secret_files.h"

enum { FAILED_SEVERITY = 9, ADVICE_MOST = 20 };

struct reporting {
	struct arena *a;
	const struct health_options *o;
	struct health *h;
	struct health_issue_list issues; /* all, before the severest are chosen */
	struct check_found *found;
	size_t n;
	struct str time; /* of the record */
	struct quality_facts quality;
};

static void advise(struct reporting *p, struct str text, const struct str_list *argv)
{
	if (p->h->recommendations.n < ADVICE_MOST)
		*VEC_ADD(p->a, &p->h->recommendations) = (struct recommendation){ .text = text, .argv = *argv };
}

/* ---- making the checks ---- */

/* The same, and it may read the user's own checks, which are below the home. */
static const struct confinement *with_own_checks(struct arena *a, const struct confinement *c)
{
	struct confinement *own = ARENA_NEW(a, struct confinement);
	struct str settings = dir_config(a);

	*own = *c;
	if (settings.p)
		*VEC_ADD(a, &own->shown.all) = path_join(a, settings, STR("checks.d"));
	return own;
}

static bool copy_make(struct reporting *p, struct check_context *x, struct err *err)
{
	const struct health_options *o = p->o;
	struct sandbox_options so = { .root = o->root,
		.limits = { .bytes = (uint64_t)config_int(o->config, "trial.max_mb") << 20 } };

	x->confinement = trial_profile_offline(p->a, o->pack, o->config, str_of(o->root));
	if (!x->confinement)
		return err_set(err, HEAL_REFUSED, "the kernel cannot confine the commands of checks to a copy");
	x->confinement = with_own_checks(p->a, x->confinement);
	so.observed = so.run = x->confinement;
	x->copy = sandbox_new(&so, err);
	return x->copy != NULL;
}

static void checks_make(struct reporting *p, struct check_context *x, const struct checks *checks)
{
	struct err err = { HEAL_OK, "" };

	if (!copy_make(p, x, &err))
		x->no_copy = arena_str(p->a, str_of(err.text));
	p->found = arena_alloc(p->a, (checks->all.n + 1) * sizeof(*p->found));
	for (; p->n < checks->all.n; p->n++) {
		if (p->o->progress)
			p->o->progress(p->o->ctx, checks->all.at[p->n].name, p->n + 1, checks->all.n);
		check_run(x, &checks->all.at[p->n], &p->found[p->n]);
	}
	sandbox_free(x->copy);
}

static void benchmarks_begin(struct reporting *p, struct check_context *x)
{
	double hours = config_double(p->o->config, "health.benchmark_hours");
	struct str age = arena_printf(p->a, "%.0fs", hours * 3600);
	struct err err;

	benchmarks_load(p->a, p->o->store, str_of(p->o->root), &x->benchmarks);
	x->time = p->time;
	if (!store_since(p->a, age.p, &x->benchmarks_due, &err))
		x->benchmarks_due = STR("");
}

/* false: err; the project cannot be looked at. */
static bool look(struct reporting *p, bool *left_out, struct err *err)
{
	const struct health_options *o = p->o;
	struct tree tree = { .fd = -1 };
	struct source_tree *view = source_new(o->root, o->root, err);
	struct checks checks;
	const struct str *hidden;

	if (!view || !tree_open(p->a, &tree, o->root, err)) {
		source_free(view);
		return false;
	}
	source_hide(view, hidden, secret_files(p->a, o->pack, &hidden));
	struct check_context x = {
		.a = p->a, .pack = o->pack, .config = o->config, .tree = &tree, .view = view, .history = o->history
	};
	checks_find(p->a, o->pack, o->config, view, &tree, &checks);
	for (size_t i = 0; i < checks.all.n && !x.time.n; i++)
		if (str_is(checks.all.at[i].kind, "performance"))
			benchmarks_begin(p, &x);
	checks_make(p, &x, &checks);
	p->h->measurements = x.measurements;
	if (o->quality) {
		struct str_list files;
		project_files(p->a, o->pack, view, &files);
		quality_look(p->a, o->pack, view, &files, seconds_now() + config_double(o->config, "health.seconds"),
			&p->quality);
	}
	*left_out = checks.left_out;
	tree_close(&tree);
	source_free(view);
	return true;
}

/* ---- the report ---- */

static bool is_same(const struct health_issue *x, const struct health_issue *y)
{
	return str_eq(x->check, y->check) && str_eq(x->fingerprint, y->fingerprint) &&
		(x->fingerprint.n || str_eq(x->description, y->description)) && str_eq(x->location, y->location);
}

static const struct health_issue *issue_before(const struct reporting *p, const struct health_issue *i)
{
	const struct health *b = p->o->before;

	for (size_t k = 0; b && k < b->issues.n; k++)
		if (is_same(&b->issues.at[k], i))
			return &b->issues.at[k];
	return NULL;
}

static int severest_first(const void *x, const void *y)
{
	const struct health_issue *a = x, *b = y;

	return a->severity != b->severity         ? (a->severity < b->severity) - (a->severity > b->severity) :
		str_cmp(a->location, b->location) ? str_cmp(a->location, b->location) :
						    str_cmp(a->id, b->id);
}

static void issues_rate(struct reporting *p)
{
	struct health *h = p->h;
	double total = 0;
	int64_t worst = 0;

	for (size_t i = 0; i < p->issues.n; i++) {
		struct health_issue *x = &p->issues.at[i];
		const struct health_issue *before = issue_before(p, x);
		x->first_detected = before && before->first_detected.n ? before->first_detected : h->timestamp;
		x->last_occurrence = h->timestamp;
		total += health_weight(x->severity, x->occurrence_count);
		worst = x->severity > worst ? x->severity : worst;
		h->metrics.critical += x->severity >= SEVERITY_CRITICAL;
		h->metrics.fresh += p->o->before && !before;
	}
	h->metrics.issues = (int64_t)p->issues.n;
	h->health_score = health_score(total);
	h->overall_status = health_status_of(h->health_score, worst);
	if (p->issues.n)
		qsort(p->issues.at, p->issues.n, sizeof(*p->issues.at), severest_first);
	h->issues = p->issues;
	if (h->issues.n > HEALTH_ISSUES_MOST)
		h->issues.n = HEALTH_ISSUES_MOST;
}

static void checks_count(struct reporting *p)
{
	struct health *h = p->h;

	for (size_t i = 0; i < p->n; i++) {
		const struct check_found *f = &p->found[i];
		*VEC_ADD(p->a, &h->checks) = f->check;
		for (size_t k = 0; k < f->issues.n; k++)
			*VEC_ADD(p->a, &p->issues) = f->issues.at[k];
		h->metrics.missing += str_is(f->check.status, "missing");
		h->metrics.unable += str_is(f->check.status, "unable");
		h->metrics.checks += str_is(f->check.status, "passed") || str_is(f->check.status, "failed");
	}
}

static bool has_suggestion(const struct check_found *f)
{
	for (size_t i = 0; i < f->issues.n; i++)
		if (f->issues.at[i].suggested_fixes.n)
			return true;
	return false;
}

/* The command that lets heal repair what the check found. */
static struct str_list repair_of(struct reporting *p, const struct check_found *f)
{
	const char *const words[] = { "heal", "run", "--" };
	struct str_list argv = { 0 };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		*VEC_ADD(p->a, &argv) = str_of(words[i]);
	for (size_t i = 0; i < f->check.command.n; i++)
		*VEC_ADD(p->a, &argv) = f->check.command.at[i];
	return argv;
}

/* What heal can repair first, then what to look at, then what to install. */
static void recommend(struct reporting *p, bool left_out)
{
	struct arena *a = p->a;

	for (size_t i = 0; i < p->n; i++) {
		const struct check_found *f = &p->found[i];
		struct str_list argv = repair_of(p, f);
		if (!has_suggestion(f) || !f->check.command.n)
			continue;
		advise(p, arena_printf(a, "let heal repair what the check '%.*s' found", STR_ARG(f->check.check)),
			&argv);
	}
	for (size_t i = 0; i < p->n; i++) {
		const struct check_found *f = &p->found[i];
		if (str_is(f->check.status, "unable"))
			advise(p,
				arena_printf(a, "make the check '%.*s' run: %.*s", STR_ARG(f->check.check),
					STR_ARG(f->check.detail)),
				&f->check.command);
		else if (str_is(f->check.status, "missing"))
			advise(p,
				arena_printf(a, "install what the check '%.*s' needs: %.*s", STR_ARG(f->check.check),
					STR_ARG(f->check.detail)),
				&f->install);
	}
	if (left_out) {
		struct str words[] = { STR("heal"), STR("trust") };
		advise(p, STR("trust the project, so that its own checks in .heal/checks.d are made"),
			&(struct str_list){ .at = arena_alloc(a, sizeof(words)), .n = 0 });
		struct recommendation *r = &p->h->recommendations.at[p->h->recommendations.n - 1];
		memcpy(r->argv.at, words, sizeof(words));
		r->argv.n = 2;
	}
}

/* ---- the quality ---- */

static bool is_critical(const struct check_found *f)
{
	for (size_t i = 0; i < f->issues.n; i++)
		if (f->issues.at[i].severity >= SEVERITY_CRITICAL)
			return true;
	return false;
}

static void worse(enum quality_state *state, enum quality_state than)
{
	*state = than > *state ? than : *state;
}

static void repairs_propose(struct reporting *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct check_found *f = &p->found[i];
		struct str_list argv = repair_of(p, f);
		if ((f->builds || str_is(f->check.kind, "tests")) && str_is(f->check.status, "failed") &&
			f->check.command.n && !has_suggestion(f))
			advise(p,
				arena_printf(p->a,
					"the quality is %.0f of 100: let heal try to repair what '%.*s' found",
					p->h->quality.score, STR_ARG(f->check.check)),
				&argv);
	}
	LIST_EACH(quality_loss, l, &p->h->quality.losses)
		if (l->places.n)
			advise(p, arena_printf(p->a, "%.*s, such as %.*s", STR_ARG(l->text), STR_ARG(l->places.at[0])),
				&(struct str_list){ 0 });
}

static void quality_rate(struct reporting *p)
{
	struct quality_facts *q = &p->quality;
	enum quality_state tests = STATE_GOOD;
	bool any = false;

	for (size_t i = 0; i < p->n; i++) {
		const struct check_found *f = &p->found[i];
		bool passed = str_is(f->check.status, "passed"), ran = passed || str_is(f->check.status, "failed");
		if (str_is(f->check.kind, "tests")) {
			worse(&tests, passed ? STATE_GOOD : ran ? STATE_BAD : STATE_UNKNOWN);
			any = true;
		}
		if (f->builds)
			worse(&q->build, is_critical(f) ? STATE_BAD : ran ? STATE_GOOD : STATE_UNKNOWN);
	}
	if (any)
		q->tests = tests;
	quality_of(p->a, q, &p->h->quality);
	if (p->h->quality.score < QUALITY_LOW)
		repairs_propose(p);
}

/* ---- what is ahead ---- */

struct scores {
	struct health_score at[PREDICTION_REPORTS];
	size_t n;
};

static bool score_take(void *ctx, const struct health_score *score)
{
	struct scores *s = ctx;

	if (s->n < PREDICTION_REPORTS)
		s->at[s->n++] = *score;
	return s->n < PREDICTION_REPORTS;
}

static void predict(struct reporting *p)
{
	struct scores *s = arena_alloc(p->a, sizeof(*s));
	struct timespec now;
	struct str since;
	struct err err;

	clock_gettime(CLOCK_REALTIME, &now);
	s->n = 1;
	s->at[0] = (struct health_score){ (double)now.tv_sec, p->h->health_score };
	if (p->o->store && store_since(p->a, "30d", &since, &err) &&
		store_health_scores(p->o->store, str_of(p->o->root), since, 0, score_take, s, &err))
		p->h->prediction = health_predict(s->at, s->n, config_double(p->o->config, "health.horizon_hours"));
}

/* Nothing is known of the project's health. */
static void failed(struct reporting *p, struct str why)
{
	struct health_issue *i = VEC_ADD(p->a, &p->h->issues);

	*i = (struct health_issue){ .id = uuid7(p->a),
		.type = STR("runtime_error"),
		.severity = FAILED_SEVERITY,
		.description = arena_printf(p->a, "no check could be made: %.*s", STR_ARG(why)),
		.first_detected = p->h->timestamp,
		.last_occurrence = p->h->timestamp,
		.occurrence_count = 1 };
	p->h->overall_status = HEALTH_FAILING;
	p->h->health_score = 0;
	p->h->metrics.issues++;
	p->h->metrics.critical++;
}

struct record health_report(struct arena *a, const struct health_options *o)
{
	struct record r = record_new(a, KIND_HEALTH);
	struct reporting p = { .a = a, .o = o, .h = &r.health, .time = r.time };
	struct err err = { HEAL_OK, "" };
	double begin = seconds_now();
	bool left_out = false;

	r.health.project_id = arena_str(a, str_of(o->root));
	bool looked = look(&p, &left_out, &err);
	r.health.timestamp = record_new(a, KIND_HEALTH).time;
	checks_count(&p);
	issues_rate(&p);
	recommend(&p, left_out);
	if (looked && o->quality)
		quality_rate(&p);
	if (!looked)
		failed(&p, str_of(err.text));
	else if (r.health.metrics.checks == 0)
		failed(&p,
			p.n ? STR("each was unable to run, or its program is not installed") :
			      STR("none is known for the files of this project"));
	else
		predict(&p);
	r.health.metrics.duration_ms = (int64_t)((seconds_now() - begin) * 1000);
	return r;
}
