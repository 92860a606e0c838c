#include "exec/observed_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "base/vec.h"
#include "detect/detector.h"
#include "detect/exit_status.h"
#include "detect/test_count.h"
#include "exec/entered_folders.h"

enum { OUTPUT_SHOWN = 16 * 1024 }; /* bytes of output in a record */

struct reading {
	struct observed_run *w;
	const struct observe_options *o;
	/* stdout, stderr: separate, so that their lines are not mixed; NULL: nothing was written. */
	struct detector *d[2];
	struct str cwd;
	struct entered_folders entered;
};

static void found(void *ctx, struct record *r)
{
	struct reading *reading = ctx;

	entered_folders_place(&reading->entered, reading->cwd, r);
	collection_add(&reading->w->incidents, r);
}

static void entered(void *ctx, struct str dir)
{
	entered_folders_add(&((struct reading *)ctx)->entered, dir);
}

static struct detector *detector_of(struct reading *reading, int fd)
{
	struct detector **d = &reading->d[fd == 2];
	struct detector_options options = { .pack = reading->o->pack,
		.found = found,
		.entered = entered,
		.ctx = reading,
		.cwd = reading->cwd,
		.command = reading->o->argv };

	if (*d)
		return *d;
	*d = detector_new(&options);
	detector_begin(*d, fd == 2 ? STR("stderr") : STR("stdout"));
	return *d;
}

static void seen(void *ctx, int fd, struct str bytes)
{
	struct reading *reading = ctx;

	buf_add(&reading->w->output, bytes);
	detector_feed(detector_of(reading, fd), bytes);
}

bool incident_counts(const struct observed_run *w, const struct record *r)
{
	return w->serious ? incident_is_failure(r) : !r->error.summary;
}

struct record *observed_run_first_root(const struct observed_run *w)
{
	struct record *first = NULL;

	for (struct collected *c = w->incidents.first; c; c = c->next) {
		if (!incident_counts(w, &c->r))
			continue;
		if (incident_is_root(&c->r))
			return &c->r;
		first = first ? first : &c->r;
	}
	return first;
}

size_t observed_run_errors(const struct observed_run *w)
{
	size_t n = 0;

	for (struct collected *c = w->incidents.first; c; c = c->next)
		n += incident_counts(w, &c->r);
	return n;
}

/* A failure that no rule matches may be known by command and exit status. */
static void exit_record(struct observed_run *w, const struct observe_options *o)
{
	struct record r;
	struct arena a = ARENA_INIT;

	if (exit_status_record(&a, o->pack, o->argv, o->cwd.p ? o->cwd : str_of(o->dir ? o->dir : ""), w->run.status,
		    buf_str(&w->output), &r)) {
		r.from_status = true;
		collection_add(&w->incidents, &r);
	}
	arena_free(&a);
}

/* Add the (end of the) output to the last incident, to recognise a mistyped command. */
static void output_record(struct observed_run *w)
{
	struct str output = buf_str(&w->output);

	if (w->incidents.last && w->run.status != 0)
		w->incidents.last->r.source.output = str_sub(
			output, output.n > OUTPUT_SHOWN ? output.n - OUTPUT_SHOWN : 0, output.n);
}

static void finish(struct observed_run *w, const struct observe_options *o)
{
	for (struct collected *c = w->incidents.first; c; c = c->next)
		w->serious += incident_is_failure(&c->r);
	if (w->run.status != 0 && observed_run_errors(w) == 0) {
		exit_record(w, o);
		for (struct collected *c = w->incidents.first; c; c = c->next)
			w->serious += incident_is_failure(&c->r);
	}
	collection_finish(&w->incidents);
	output_record(w);
	for (struct collected *c = w->incidents.first; c; c = c->next)
		if (w->run.status >= 0 && w->run.status <= 255)
			c->r.source.exit_code = w->run.status;
}

/* "NAME=value" for each row whose variable is not set. */
static char *const *trial_environment(struct arena *a, const struct pack *pack)
{
	struct node table = pack_table(pack, "trial-environment");
	uint32_t n = node_count(table);
	char **env = arena_alloc(a, (n + 1) * sizeof(*env));

	for (uint32_t i = 0, set = 0; i < n; i++) {
		struct str name = node_key(table, i), value = node_str(node_at(table, i));
		if (!getenv(arena_strdup(a, name)))
			env[set++] = arena_strdup(a, arena_printf(a, "%.*s=%.*s", STR_ARG(name), STR_ARG(value)));
	}
	return env;
}

void observed_run_init(struct observed_run *w)
{
	memset(w, 0, sizeof(*w)); /* the collection too is empty then */
	buf_init(&w->output, OUTPUT_MAX);
	w->run.status = -1;
}

struct record *observed_run_add(struct observed_run *w, const struct record *r)
{
	size_t n = w->incidents.n;
	struct collected *c = collection_add(&w->incidents, r);

	if (!c)
		return NULL;
	if (w->incidents.n > n)
		w->serious += incident_is_failure(r);
	if (r->source.exit_code)
		w->run.status = (int)r->source.exit_code;
	buf_add(&w->output, r->source.output);
	return &c->r;
}

bool observe(const struct observe_options *o, struct observed_run *w, struct err *err)
{
	struct reading reading = { .w = w, .o = o, .cwd = o->cwd.p ? o->cwd : o->dir ? str_of(o->dir) : STR("") };
	struct arena a = ARENA_INIT;
	struct runner_options run = { .argv = o->argv,
		.dir = o->dir,
		.copy = o->copy,
		.original = o->original,
		.confinement = o->confinement,
		.folder = o->folder,
		.write = o->write,
		.read = o->read,
		.overlaid = o->overlaid,
		.kept = o->kept,
		.env = o->trial ? trial_environment(&a, o->pack) : NULL,
		.through = o->through,
		.front = o->front,
		.merge = o->merge,
		.no_input = o->no_input,
		.timeout = o->timeout,
		.seen = seen,
		.ctx = &reading };

	memset(w, 0, sizeof(*w)); /* the collection too is empty then */
	buf_init(&w->output, OUTPUT_MAX);
	if (interruption()) {
		arena_free(&a);
		return err_set(err, HEAL_PERSON, "interrupted");
	}
	bool ok = runner_run(&run, &w->run, err) == 0;
	for (int i = 0; i < 2; i++) {
		if (ok && reading.d[i])
			detector_end(reading.d[i]);
		detector_free(reading.d[i]);
	}
	if (ok)
		finish(w, o);
	arena_free(&reading.entered.a);
	arena_free(&a);
	return ok;
}

long observed_run_tests(const struct observed_run *w, const struct pack *pack)
{
	return w->output.truncated ? -1 : tests_run(pack, buf_str(&w->output));
}

void observed_run_release(struct observed_run *w)
{
	collection_release(&w->incidents);
	buf_release(&w->output);
}

void observed_run_signature(const struct observed_run *w, char *hex)
{
	struct arena a = ARENA_INIT;
	VEC(struct str) prints = { 0 };
	struct sha256 s;

	for (struct collected *c = w->incidents.first; c; c = c->next)
		if (incident_is_failure(&c->r))
			*VEC_ADD(&a, &prints) = c->r.fingerprint;
	if (prints.n)
		qsort(prints.at, prints.n, sizeof(*prints.at), str_order);
	sha256_begin(&s);
	sha256_add(&s, arena_printf(&a, "%d %d", w->run.status, w->run.timed_out));
	for (size_t i = 0; i < prints.n; i++)
		sha256_add(&s, prints.at[i]);
	sha256_end(&s, hex);
	arena_free(&a);
}
