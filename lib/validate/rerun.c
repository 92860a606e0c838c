#include "validate/rerun.h"

#include <stdlib.h>
#include <string.h>

#include "base/proc.h"
#include "base/sha256.h"
#include "base/vec.h"
#include "detect/detector.h"
#include "detect/test_count.h"

enum { OUTPUT_MAX = 32 << 20 };

static void found(void *ctx, struct record *r)
{
	collection_add(ctx, r);
}

static void detect(const struct rerun_options *o, struct str output, struct collection *incidents)
{
	struct detector_options d = {
		.pack = o->pack, .found = found, .ctx = incidents, .cwd = o->cwd, .command = o->argv
	};
	struct detector *detector = detector_new(&d);

	detector_begin(detector, STR("-"));
	detector_feed(detector, output);
	detector_end(detector);
	detector_free(detector);
	collection_finish(incidents);
}

bool rerun_command(const struct rerun_options *o, struct rerun_result *r, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct proc p = { .argv = o->argv,
		.dir = o->dir,
		.timeout = o->timeout,
		.as_typed = true,
		.max = o->max ? o->max : OUTPUT_MAX };
	struct proc_result run;

	memset(r, 0, sizeof(*r));
	collection_init(&r->incidents);
	bool ok = proc_run(&a, &p, &run, err);
	if (ok) {
		r->status = run.status;
		r->seconds = run.seconds;
		r->timed_out = run.timed_out;
		r->truncated = run.truncated;
		detect(o, run.output, &r->incidents);
		r->tests = tests_run(o->pack, run.output);
	}
	arena_free(&a);
	return ok;
}

void rerun_release(struct rerun_result *r)
{
	collection_release(&r->incidents);
}

bool rerun_is_failure(const struct record *r)
{
	struct str level = record_str(r, F_ERROR_LEVEL);

	return (str_is(level, "error") || str_is(level, "fatal")) && !record_bool(r, F_ERROR_SUMMARY, false);
}

static int by_text(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* Warnings are left out: what is up to date is not compiled again and warns no more. */
void rerun_signature(const struct rerun_result *r, char *hex)
{
	struct arena a = ARENA_INIT;
	VEC(struct str) prints = { 0 };
	struct sha256 s;

	for (struct collected *c = r->incidents.first; c; c = c->next)
		if (rerun_is_failure(&c->r))
			*VEC_ADD(&a, &prints) = record_str(&c->r, F_FINGERPRINT);
	if (prints.n)
		qsort(prints.at, prints.n, sizeof(*prints.at), by_text);
	sha256_begin(&s);
	sha256_add(&s, arena_printf(&a, "%d %d", r->status, r->timed_out));
	for (size_t i = 0; i < prints.n; i++)
		sha256_add(&s, prints.at[i]);
	sha256_end(&s, hex);
	arena_free(&a);
}
