#include "health/check_run.h"

#include <string.h>

#include "base/path.h"
#include "base/proc.h"
#include "base/sha256.h"
#include "health/dependencies.h"
#include "health/score.h"
#include "lang/checker.h"
#include "lang/language.h"
#include "policy/confined.h"
#include "policy/external_command.h"
#include "rules/regex.h"
#include "validate/syntax.h"

enum {
	UNABLE_SEVERITY = 5,
	UNABLE_TESTS = 7,
	FLAKY_MOST = 4,
	DEPENDENCY_MOST = 6,
	ANALYZED_MOST = 20,
	SEVERE_MOST = 1000,
	TEXTS_MOST = 200,
	BYTES_MOST = 64 << 20 /* of texts that are held in memory */
};

struct check_making {
	struct check_context *x;
	const struct planned_check *p;
	struct check_found *out;
	double deadline;
	size_t left_out; /* files that were not looked at */
};

/* A test that fails once may be flaky; what a compiler or a linter says is not. */
static bool is_tests(const struct planned_check *p)
{
	return str_is(p->kind, "tests");
}

/* ---- issues ---- */

static struct health_issue *issue_add(struct check_making *m, int64_t severity, struct str description)
{
	struct health_issue *i = VEC_ADD(m->x->a, &m->out->issues);

	*i = (struct health_issue){ .id = uuid7(m->x->a),
		.type = m->p->type,
		.severity = severity < SEVERITY_LEAST ? SEVERITY_LEAST :
			severity > SEVERITY_MOST      ? SEVERITY_MOST :
							severity,
		.check = m->p->name,
		.description = description,
		.occurrence_count = 1 };
	return i;
}

static int64_t severity_of(const struct planned_check *p, enum level level)
{
	return p->severity + (level == LEVEL_FATAL ? 1 : level == LEVEL_ERROR ? 0 : level == LEVEL_WARNING ? -2 : -4);
}

static struct str location_of(struct arena *a, const struct error *e)
{
	if (!e->file.n || e->line < 1)
		return e->file;
	if (e->column < 1)
		return arena_printf(a, "%.*s:%lld", STR_ARG(e->file), (long long)e->line);
	return arena_printf(a, "%.*s:%lld:%lld", STR_ARG(e->file), (long long)e->line, (long long)e->column);
}

/* The same in each report, whatever its text and its place in the file are. */
static struct str fingerprint_of_words(struct arena *a, struct str x, struct str y, struct str z)
{
	struct str all = arena_printf(a, "%.*s\n%.*s\n%.*s", STR_ARG(x), STR_ARG(y), STR_ARG(z));
	char hex[SHA256_HEX];

	sha256_of(all, hex);
	return arena_str(a, (struct str){ hex, 32 });
}

/* A check that did not run to its end. */
static void unable(struct check_making *m, struct str why)
{
	m->out->check.status = STR("unable");
	m->out->check.detail = why;
	issue_add(m, is_tests(m->p) ? UNABLE_TESTS : UNABLE_SEVERITY,
		arena_printf(m->x->a, "the check '%.*s' could not be made: %.*s", STR_ARG(m->p->name), STR_ARG(why)))
		->fingerprint = fingerprint_of_words(m->x->a, STR("unable"), m->p->name, STR(""));
}

/* ---- files that must parse ---- */

struct same_kind {
	struct node language;
	struct str extension;
	struct str names[TEXTS_MOST], texts[TEXTS_MOST];
	size_t n;
};

/* The parser's message without the file's name at its begin, which the location has. */
static struct str message_of(struct arena *a, struct str root, struct str name, struct str text)
{
	struct str begin = arena_printf(a, "%.*s: ", STR_ARG(path_join(a, root, name)));

	return str_starts(text, begin.p) ? str_sub(text, begin.n, text.n) : text;
}

/* Once more, in its place: for the message, and because the place may matter. */
static void parse_in_place(struct check_making *m, struct str name)
{
	struct check_context *x = m->x;
	struct error e;
	struct check c = syntax_check_error(x->a, x->pack, x->tree->path.p, name, &e);
	struct str why = e.message.n ? e.message : message_of(x->a, x->tree->path, name, c.detail);

	m->out->check.confined = c.confined;
	m->out->check.unconfined = c.unconfined;
	if (c.status != CHECK_FAILED)
		return;
	e.file = name;
	why = arena_printf(x->a, "does not parse: %.*s", STR_ARG(why));
	issue_add(m, m->p->severity, why)->location = location_of(x->a, &e);
}

static void parse_some(struct check_making *m, struct same_kind *k)
{
	bool parses[TEXTS_MOST];
	struct text first = { .path = k->names[0], .all = k->texts[0] };
	size_t tested = checker_try(k->language, &first, NULL, k->texts, k->n, m->deadline - seconds_now(), parses);

	for (size_t i = 0; i < tested; i++)
		if (!parses[i])
			parse_in_place(m, k->names[i]);
	m->left_out += k->n - tested; /* no parser is installed, or time ran out */
	k->n = 0;
}

static void files_parse(struct check_making *m)
{
	struct same_kind k = { .n = 0 };
	const struct str_list *files = &m->p->files;
	size_t bytes = 0;

	for (size_t i = 0; i < files->n; i++) {
		const struct text *t = bytes < BYTES_MOST ? source_read(m->x->view, files->at[i]) : NULL;
		if (!t) {
			m->left_out++; /* too large, or not readable, or one too many */
			continue;
		}
		bytes += t->all.n;
		struct node language = language_of(m->x->pack, files->at[i], t->all);
		if (k.n &&
			(k.n == TEXTS_MOST || language.at != k.language.at ||
				!str_eq(path_extension(files->at[i]), k.extension)))
			parse_some(m, &k);
		if (seconds_now() > m->deadline) {
			unable(m, STR("it took too long"));
			return;
		}
		k.language = language;
		k.extension = path_extension(files->at[i]);
		k.names[k.n] = files->at[i];
		k.texts[k.n++] = t->all;
	}
	if (k.n)
		parse_some(m, &k);
}

/* ---- declared dependencies ---- */

static void dependencies_look(struct check_making *m)
{
	struct check_context *x = m->x;
	struct dependency_findings found;

	dependencies_find(x->a, x->pack, x->view, &m->p->projects, m->deadline, &found);
	if (found.late)
		unable(m, STR("it took too long"));
	m->left_out += found.left_out;
	for (size_t i = 0; i < found.all.n; i++) {
		const struct dependency_finding *f = &found.all.at[i];
		struct health_issue *issue = issue_add(m, f->severity, f->text);
		issue->fingerprint = fingerprint_of_words(x->a, f->kind, f->file, f->name);
		issue->location = arena_printf(x->a, "%.*s:%lld", STR_ARG(f->file), (long long)f->line);
		if (f->fix.n)
			*VEC_ADD(x->a, &issue->suggested_fixes) = f->fix;
	}
}

/* ---- commands ---- */

static bool is_issue(const struct record *r)
{
	return !r->error.summary && !r->from_status && r->error.level >= LEVEL_FATAL && r->error.level <= LEVEL_WARNING;
}

static size_t issues_in(const struct observed_run *w)
{
	size_t n = 0;

	for (const struct collected *c = w->incidents.first; c; c = c->next)
		n += is_issue(&c->r);
	return n;
}

static bool has_issue(const struct observed_run *w, const struct record *r)
{
	for (const struct collected *c = w->incidents.first; c; c = c->next)
		if (is_issue(&c->r) && str_eq(c->r.fingerprint, r->fingerprint))
			return true;
	return false;
}

static struct str last_line(struct arena *a, struct str output)
{
	struct str line, last = STR("");

	while (str_line(&output, &line))
		if (str_trim(line).n)
			last = str_trim(line);
	return arena_str(a, str_sub(last, 0, 300));
}

/* Why the run says nothing of the project; empty: it does. */
static struct str failure_of(struct check_making *m, const struct observed_run *w)
{
	struct arena *a = m->x->a;
	struct str line = last_line(a, buf_str(&w->output));

	if (w->run.start != RUNNER_STARTED)
		return STR("it could not be started");
	if (w->run.interrupted)
		return STR("interrupted");
	if (w->run.timed_out)
		return arena_printf(a, "it took longer than %g s", config_double(m->x->config, "health.seconds"));
	if (w->run.status == 0 || issues_in(w) > 0)
		return STR("");
	return arena_printf(a, "it ended with status %d, and no known error in its output%s%.*s", w->run.status,
		line.n ? ": " : "", STR_ARG(line));
}

static bool command_once(struct check_making *m, char *const *argv, struct observed_run *w, struct str *why)
{
	struct check_context *x = m->x;
	struct str cwd = m->p->dir.n ? path_join(x->a, x->tree->path, m->p->dir) : x->tree->path;
	struct observe_options o = { .argv = argv,
		.pack = x->pack,
		.cwd = cwd,
		.trial = true,
		.merge = true,
		.no_input = true,
		.timeout = m->deadline - seconds_now() > 0.1 ? m->deadline - seconds_now() : 0.1 };
	struct err err;

	observed_run_init(w);
	if (!sandbox_observe(x->copy, &o, w, &err)) {
		*why = arena_str(x->a, str_of(err.text));
		return false;
	}
	m->out->check.seconds += w->run.seconds;
	confined_list(x->a, x->confinement, w->run.enforced, &m->out->check.confined, &m->out->check.unconfined);
	*why = failure_of(m, w);
	return !why->n;
}

static void suggest(struct check_making *m, struct analyzer *n, struct record *r, struct health_issue *i)
{
	analyzer_record(n, r);
	/* Without a cause, the check knows better what it looks for than the words of one message. */
	if (r->analysis.type.n && !str_is(r->analysis.by, "none"))
		i->type = arena_str(m->x->a, r->analysis.type);
	/* What is not installed here, or cannot be fetched without a network, may be fine elsewhere. */
	if ((str_is(i->type, "dependency_issue") || str_is(i->type, "integration_error")) &&
		i->severity > DEPENDENCY_MOST)
		i->severity = DEPENDENCY_MOST;
	LIST_EACH(solution, s, &r->solutions)
		if (s->description.n)
			*VEC_ADD(m->x->a, &i->suggested_fixes) = arena_str(m->x->a, s->description);
}

/* The checks have no network, and what fails for this may be fine elsewhere. */
static bool lacks_network(struct check_making *m, struct str message)
{
	struct node patterns = pack_table(m->x->pack, "no-network");
	bool lacks = false;

	for (uint32_t i = 0; i < node_list_count(patterns) && !lacks; i++) {
		struct regex *re = regex_new(m->x->a, node_str(node_list_at(patterns, i)), NULL);
		lacks = re && regex_match(re, message, NULL) == 1;
		regex_free(re);
	}
	return lacks;
}

static void issues_take(struct check_making *m, struct observed_run *first, const struct observed_run *again)
{
	struct arena *a = m->x->a;
	struct analyzer_options o = { .pack = m->x->pack, .view = m->x->view, .history = m->x->history };
	struct analyzer *n = analyzer_new(&o);
	size_t analyzed = 0;

	for (struct collected *c = first->incidents.first; c; c = c->next) {
		if (!is_issue(&c->r))
			continue;
		struct health_issue *i = issue_add(
			m, severity_of(m->p, c->r.error.level), arena_str(a, c->r.error.message));
		i->id = arena_str(a, c->r.id);
		i->fingerprint = arena_str(a, c->r.fingerprint);
		i->rule = arena_str(a, c->r.error.rule);
		i->location = arena_str(a, location_of(a, &c->r.error));
		i->occurrence_count = incident_count(&c->r);
		i->flaky = again && !has_issue(again, &c->r);
		if (i->severity > DEPENDENCY_MOST && lacks_network(m, c->r.error.message))
			i->severity = DEPENDENCY_MOST;
		if (i->flaky && i->severity > FLAKY_MOST)
			i->severity = FLAKY_MOST;
		/* The type decides whether a severe one is the project's fault. */
		if (analyzed++ < ANALYZED_MOST || (i->severity > DEPENDENCY_MOST && analyzed < SEVERE_MOST))
			suggest(m, n, &c->r, i);
	}
	analyzer_free(n);
}

/* ---- benchmarks ---- */

static bool is_benchmark(const struct planned_check *p)
{
	return str_is(p->kind, "performance");
}

static bool ran_lately(struct check_making *m)
{
	struct str last = benchmarks_last(&m->x->benchmarks, m->p->name);

	if (!last.n || str_cmp(last, m->x->benchmarks_due) < 0)
		return false;
	m->out->check.detail = arena_printf(m->x->a, "last measured at %.*s", STR_ARG(last));
	return true;
}

static void measure(struct check_making *m, const struct observed_run *w)
{
	struct check_context *x = m->x;
	struct measurement_list found = { 0 };

	benchmarks_read(x->a, x->pack, buf_str(&w->output), m->p->name, w->run.seconds, &found);
	benchmarks_add(x->a, &x->benchmarks, &found, x->time);
	LIST_EACH(measurement, one, &found)
		*VEC_ADD(x->a, &x->measurements) = *one;
}

static void rises_take(struct check_making *m)
{
	struct check_context *x = m->x;

	benchmarks_judge(x->a, &x->benchmarks, m->p->name, config_double(x->config, "health.slowdown"));
	for (size_t i = 0; i < x->benchmarks.all.n; i++) {
		const struct benchmark_series *s = &x->benchmarks.all.at[i];
		if (!str_eq(s->check, m->p->name) || !s->rise.since.n)
			continue;
		issue_add(m, m->p->severity,
			arena_printf(x->a, "%.*s takes %.*s instead of %.*s, %.0f %% longer, since %.*s; p = %.2g",
				STR_ARG(s->name), STR_ARG(nanoseconds_show(x->a, s->rise.after)),
				STR_ARG(nanoseconds_show(x->a, s->rise.before)),
				(s->rise.after / s->rise.before - 1) * 100, STR_ARG(s->rise.since), s->rise.p))
			->fingerprint = fingerprint_of_words(x->a, STR("benchmark"), s->check, s->name);
		LIST_EACH(measurement, one, &x->measurements)
			if (str_eq(one->name, s->name) && str_eq(one->check, s->check))
				one->rise = s->rise;
	}
}

static void command_make(struct check_making *m)
{
	struct observed_run w, again;
	struct str why = STR("");

	if (m->p->prepare) {
		bool ran = command_once(m, m->p->prepare, &w, &why);
		if (!ran || issues_in(&w)) {
			if (ran)
				issues_take(m, &w, NULL);
			else
				unable(m, why);
			observed_run_release(&w);
			return;
		}
		observed_run_release(&w);
	}
	bool ran = command_once(m, m->p->argv, &w, &why);
	if (ran && is_benchmark(m->p) && w.run.status == 0)
		measure(m, &w);
	if (!ran)
		unable(m, why);
	else if (!is_tests(m->p))
		issues_take(m, &w, NULL);
	else if (w.run.status != 0) { /* tests that pass may print errors that they provoke */
		/* A second run that fails without a known error may fail because of what the first one left behind. */
		bool ran_again = command_once(m, m->p->argv, &again, &why);
		issues_take(m, &w, ran_again ? &again : NULL);
		observed_run_release(&again);
	}
	observed_run_release(&w);
}

/* ---- one check ---- */

/* Why the command must not run; empty: it may. */
static struct str objection(struct check_making *m)
{
	struct check_context *x = m->x;
	char **commands[] = { m->p->prepare, m->p->argv };
	struct external_command external;

	if (m->p->unsafe.n)
		return m->p->unsafe;
	if (!x->copy)
		return x->no_copy;
	for (size_t i = 0; i < 2; i++)
		if (commands[i] && external_command(x->a, x->pack, x->config, x->tree->path.p, commands[i], &external))
			return arena_printf(x->a, "'%.*s' is not run, because it acts outside the project: %.*s",
				STR_ARG(argv_show(x->a, commands[i])), STR_ARG(external.what));
	return STR("");
}

void check_run(struct check_context *x, const struct planned_check *p, struct check_found *out)
{
	double begin = seconds_now();
	struct check_making m = { x, p, out, begin + config_double(x->config, "health.seconds"), p->left_out };

	*out = (struct check_found){ .check = { .check = p->name, .kind = p->kind, .directory = p->dir },
		.install = p->install,
		.builds = str_is(p->kind, "static") && p->severity >= SEVERITY_CRITICAL };
	for (size_t i = 0; p->argv && p->argv[i]; i++)
		*VEC_ADD(x->a, &out->check.command) = str_of(p->argv[i]);
	if (p->missing.n) {
		out->check.status = STR("missing");
		out->check.detail = arena_printf(x->a, "'%.*s' is not installed", STR_ARG(p->missing));
		return;
	}
	struct str why = p->parses || p->declares ? STR("") : objection(&m);
	if (why.n)
		unable(&m, why);
	else if (p->parses)
		files_parse(&m);
	else if (p->declares)
		dependencies_look(&m);
	else if (!is_benchmark(p))
		command_make(&m);
	else {
		if (!ran_lately(&m))
			command_make(&m);
		rises_take(&m);
	}
	if (m.left_out && !out->check.detail.n)
		out->check.detail = arena_printf(x->a, "%zu files were not looked at", m.left_out);
	out->check.seconds = seconds_now() - begin;
	out->check.issues = (int64_t)out->issues.n;
	if (!out->check.status.n)
		out->check.status = out->issues.n ? STR("failed") : STR("passed");
}
