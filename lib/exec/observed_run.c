#include "exec/observed_run.h"

#include <stdlib.h>
#include <string.h>

#include "detect/detector.h"
#include "detect/exit_status.h"
#include "detect/test_count.h"

enum {
	OUTPUT_KEPT = 32 << 20,   /* bytes of output kept beside the incidents */
	OUTPUT_SHOWN = 16 * 1024, /* of them, in a record */
};

struct reading {
	struct watched *w;
	struct detector *d[2]; /* stdout, stderr: their lines must not be mixed up */
};

static void found(void *ctx, struct record *r)
{
	struct reading *reading = ctx;

	collection_add(&reading->w->incidents, r);
}

static void seen(void *ctx, int fd, struct str bytes)
{
	struct reading *reading = ctx;

	buf_add(&reading->w->output, bytes);
	detector_feed(reading->d[fd == 2], bytes);
}

static bool is_serious(const struct record *r)
{
	struct str level = record_str(r, F_ERROR_LEVEL);

	return (str_is(level, "error") || str_is(level, "fatal")) && !record_bool(r, F_ERROR_SUMMARY, false);
}

bool incident_counts(const struct watched *w, const struct record *r)
{
	return w->serious ? is_serious(r) : !record_bool(r, F_ERROR_SUMMARY, false);
}

size_t watched_errors(const struct watched *w)
{
	size_t n = 0;

	for (struct collected *c = w->incidents.first; c; c = c->next)
		n += incident_counts(w, &c->r);
	return n;
}

/* A failure that no rule saw in the output may still be known by command and exit status. */
static void exit_record(struct watched *w, const struct watch_options *o)
{
	struct record r;
	struct arena a = ARENA_INIT;

	if (exit_status_record(&a, o->pack, o->argv, str_of(o->dir), w->run.status, buf_str(&w->output), &r))
		collection_add(&w->incidents, &r);
	arena_free(&a);
}

/* The last incident carries what the command printed, its end if it is long: a mistyped command is known by it. */
static void output_record(struct watched *w)
{
	struct str output = buf_str(&w->output);

	if (w->incidents.last && w->run.status != 0)
		record_set_str(&w->incidents.last->r, F_SOURCE_OUTPUT,
			str_sub(output, output.n > OUTPUT_SHOWN ? output.n - OUTPUT_SHOWN : 0, output.n));
}

static void finish(struct watched *w, const struct watch_options *o)
{
	for (struct collected *c = w->incidents.first; c; c = c->next)
		w->serious += is_serious(&c->r);
	if (w->run.status != 0 && watched_errors(w) == 0) {
		exit_record(w, o);
		for (struct collected *c = w->incidents.first; c; c = c->next)
			w->serious += is_serious(&c->r);
	}
	collection_finish(&w->incidents);
	output_record(w);
	for (struct collected *c = w->incidents.first; c; c = c->next)
		if (w->run.status >= 0 && w->run.status <= 255)
			record_set_int(&c->r, F_SOURCE_EXIT_CODE, w->run.status);
}

/* "NAME=value" of each row whose variable is not set. */
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

bool watch(const struct watch_options *o, struct watched *w, struct err *err)
{
	struct reading reading = { .w = w };
	struct arena a = ARENA_INIT;
	struct runner_options run = { .argv = o->argv,
		.dir = o->dir,
		.copy = o->copy,
		.original = o->original,
		.env = o->trial ? trial_environment(&a, o->pack) : NULL,
		.through = o->through,
		.timeout = o->timeout,
		.seen = seen,
		.ctx = &reading };

	memset(w, 0, sizeof(*w));
	collection_init(&w->incidents);
	buf_init(&w->output, OUTPUT_KEPT);
	for (int i = 0; i < 2; i++) {
		struct detector_options d = {
			.pack = o->pack, .found = found, .ctx = &reading, .cwd = str_of(o->dir), .command = o->argv
		};
		reading.d[i] = detector_new(&d);
		detector_begin(reading.d[i], i ? STR("stderr") : STR("stdout"));
	}
	bool ok = runner_run(&run, &w->run, err) == 0;
	for (int i = 0; i < 2; i++) {
		if (ok)
			detector_end(reading.d[i]);
		detector_free(reading.d[i]);
	}
	if (ok)
		finish(w, o);
	arena_free(&a);
	return ok;
}

long watched_tests(const struct watched *w, const struct pack *pack)
{
	return w->output.truncated ? -1 : tests_run(pack, buf_str(&w->output));
}

void watched_release(struct watched *w)
{
	collection_release(&w->incidents);
	buf_release(&w->output);
}
