/* The filter: stores records and passes them on; a failure of the store does not stop the stream. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ask.h"
#include "record/stream.h"

bool quiet;

struct record_stream {
	struct store *store; /* NULL: it could not be opened, which was reported */
	unsigned long lost;  /* records passed on but not stored */
	bool regular;        /* standard output is a regular file: no flush needed */
	bool deaf;           /* standard output failed: store only */
};

/* Store first, so that a reader of the output finds the record in the store. */
static void keep(struct record_stream *s, const struct record_reader *rr, const struct record *r)
{
	struct err err;

	if (!s->store || store_add_line(s->store, r, str_trim((struct str){ rr->line, rr->n }), &err))
		return;
	/* Report the first failure and count the rest: the disk is full for the next records, too. */
	if (s->lost++ == 0)
		complain(err.status, "%s:%lu: passed on, but not stored: %s", rr->name, rr->number, err.text);
}

static void pass_on(struct record_stream *s, const struct record_reader *rr)
{
	if (quiet || s->deaf)
		return;
	fwrite(rr->line, 1, rr->n, stdout);
	putchar('\n');
	if ((!s->regular && fflush(stdout)) || ferror(stdout)) {
		s->deaf = true;
		complain(
			HEAL_REFUSED, "cannot write to standard output: %s; records are still stored", strerror(errno));
	}
}

static void one_record(void *ctx, struct record *r, const struct record_reader *rr)
{
	keep(ctx, rr, r);
	pass_on(ctx, rr);
}

int filter(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct record_stream s = { 0 };
	struct err err;
	struct stat st;

	/* Store all records even if the reader of standard output exits. */
	signal(SIGPIPE, SIG_IGN);
	s.regular = fstat(1, &st) == 0 && S_ISREG(st.st_mode);
	s.store = store_open(store_chosen(&a), &err);
	if (!s.store)
		complain(err.status, "%s; records are passed on, but not stored", err.text);
	records_each(argv + 1, argc - 1, one_record, &s);
	if (s.lost > 1)
		say("%lu records were passed on, but not stored", s.lost);
	store_close(s.store);
	arena_free(&a);
	return HEAL_OK;
}
