#include "detect/baseline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/counts.h"
#include "base/io.h"
#include "redact/redact.h"

struct baseline {
	struct counts counts;
};

enum { HEAD = 64 * 1024 };

struct baseline *baseline_new(void)
{
	struct baseline *b = calloc(1, sizeof(*b));

	if (!b)
		out_of_memory();
	counts_init(&b->counts);
	return b;
}

void baseline_free(struct baseline *b)
{
	if (!b)
		return;
	counts_release(&b->counts);
	free(b);
}

static struct str print_of(const struct record *r)
{
	struct str print = r->fingerprint;

	return print.n ? print : redact_fingerprint(r->a, r);
}

/* A record with a count (heal-detect --dedupe) counts that many times. */
static void count_in(void *ctx, struct record *r)
{
	struct baseline *b = ctx;
	int64_t times = incident_count(r);
	struct str print = print_of(r);

	for (int64_t i = 0; i < times && i < COUNTS_MAX; i++)
		counts_add(&b->counts, print);
}

bool baseline_hides(struct baseline *b, const struct record *r)
{
	return counts_take(&b->counts, print_of(r));
}

/* A file of records is recognised by its first line. */
static bool holds_records(const char *name)
{
	struct arena a = ARENA_INIT;
	FILE *in = strcmp(name, "-") != 0 && !is_dir(name) ? fopen(name, "re") : NULL;
	struct record r;
	struct str line = STR_NONE;
	struct err err;

	if (in) {
		char *head = arena_alloc(&a, HEAD);
		struct str first = { head, fread(head, 1, HEAD, in) };
		fclose(in);
		/* the record may be longer than what was read: check its start */
		bool begins = str_starts(first, "{\"heal\":");
		bool ok = begins ||
			(str_line(&first, &line) && str_starts(line, "{") && record_parse(&a, line, &r, &err));
		arena_free(&a);
		return ok;
	}
	return false;
}

static bool records_read(struct baseline *b, const char *name, struct err *err)
{
	struct record_reader rr;
	struct arena a = ARENA_INIT;
	struct record r;
	FILE *in = fopen(name, "re");
	int got;

	if (!in)
		return err_errno(err, HEAL_WRONG, "cannot open '%s'", name);
	record_reader_init(&rr, in, name);
	while ((got = record_read(&rr, &a, &r, err)) > 0) {
		if (r.kind == KIND_INCIDENT)
			count_in(b, &r);
		arena_reset(&a);
	}
	record_reader_release(&rr);
	arena_free(&a);
	fclose(in);
	return got == 0;
}

bool baseline_read(struct baseline *b, const char *name, const struct detector_options *o,
	const struct input_watch *watch, struct err *err)
{
	struct detector_options mine = *o;

	if (holds_records(name))
		return records_read(b, name, err);
	mine.found = count_in;
	mine.ctx = b;
	struct detector *d = detector_new(&mine);
	bool ok = input_read(name, d, watch, err);
	detector_free(d);
	return ok;
}
