#include "record/stream.h"

#include <errno.h>
#include <string.h>

static void one_stream(FILE *in, const char *name, record_fn *fn, void *ctx)
{
	struct record_reader rr;
	struct arena a = ARENA_INIT;
	struct record r;
	struct err err;
	int got;

	record_reader_init(&rr, in, name);
	rr.fd = fileno(in);
	while ((got = record_read(&rr, &a, &r, &err)) != 0) {
		if (got > 0)
			fn(ctx, &r, &rr);
		else
			complain(err.status, "%s", err.text); /* and continue */
		arena_reset(&a);
	}
	if (rr.error)
		complain(HEAL_REFUSED, "cannot read '%s': %s", name, strerror(rr.error));
	if (rr.bad > 1)
		say("%s: %lu lines are not records", name, rr.bad);
	record_reader_release(&rr);
	arena_free(&a);
}

static void one_file(const char *name, record_fn *fn, void *ctx)
{
	FILE *in = fopen(name, "re");

	if (!in) {
		complain(errno == ENOENT ? HEAL_WRONG : HEAL_REFUSED, "cannot open '%s': %s", name, strerror(errno));
		return;
	}
	one_stream(in, name, fn, ctx);
	fclose(in);
}

void records_each(char *const *names, int n, record_fn *fn, void *ctx)
{
	if (n == 0)
		one_stream(stdin, "standard input", fn, ctx);
	for (int i = 0; i < n; i++)
		if (strcmp(names[i], "-") == 0)
			one_stream(stdin, "standard input", fn, ctx);
		else
			one_file(names[i], fn, ctx);
}
