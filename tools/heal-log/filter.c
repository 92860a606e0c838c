/* The filter: stores records and passes them on; a failure of the store does not stop the stream. */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "base/proc.h"
#include "config/config.h"
#include "record/stream.h"
#include "store/late_outcomes.h"
#include "store/experiments.h"

bool quiet, importing;

enum { OUT_AT_ONCE = 64 << 20 };
/* A record may wait so many seconds for others, and, of a stream, so many milliseconds for the next one. */
static const double PATIENCE = 0.1;
enum { STREAM = 64, BETWEEN = 20 };

struct record_stream {
	struct store *store;        /* NULL: it could not be opened, which was reported */
	struct late_outcomes *past; /* NULL: the records are not of this moment, or there is no store */
	unsigned long lost;         /* records passed on but not stored */
	struct buf out;             /* lines to pass on when they are stored */
	struct buf written;         /* the same, of those that are being written */
	double since;               /* when the first record that waits came; 0: none waits */
	size_t waiting;             /* such records */
	double took;                /* seconds of the last write_all: gathering may take as long */
	bool deaf;                  /* standard output failed: store only */
	bool assigned;              /* an incident takes part in an experiment */
};

/* Report the first failure and count the rest: the disk is full for the next records, too. */
static void not_stored(struct record_stream *s, size_t n, const struct err *err, const char *where)
{
	if (s->lost == 0)
		complain(err->status, "%spassed on, but not stored: %s", where, err->text);
	s->lost += n;
}

static void pass_on(struct record_stream *s, struct buf *lines)
{
	if (lines->n && !s->deaf) {
		fwrite(lines->p, 1, lines->n, stdout);
		if (fflush(stdout) || ferror(stdout)) {
			s->deaf = true;
			complain(HEAL_REFUSED, "cannot write to standard output: %s; records are still stored",
				strerror(errno));
		}
	}
	buf_clear(lines);
}

static void notice(struct record_stream *s)
{
	const char *text = store_notice(s->store);

	if (text)
		say("%s", text);
}

/* Wait for the records that are being written.  Store first, so that a reader of the output finds them in the store. */
static void write_ended(struct record_stream *s)
{
	struct err err;
	size_t lost;

	if (s->store && !store_write_end(s->store, &lost, &err))
		not_stored(s, lost, &err, "");
	notice(s);
	pass_on(s, &s->written);
}

static void write_all(struct record_stream *s)
{
	struct err err;
	size_t lost;

	double begin = seconds_now();
	write_ended(s);
	if (s->store && !store_write(s->store, &lost, &err))
		not_stored(s, lost, &err, "");
	s->took = seconds_now() - begin;
	s->since = 0;
	s->waiting = 0;
	notice(s);
	pass_on(s, &s->out);
}

/* Write what was gathered while the next records are read. */
static void write_on(struct record_stream *s)
{
	struct buf lines = s->out;

	write_ended(s);
	if (!s->store || !store_write_begin(s->store)) {
		write_all(s);
		return;
	}
	s->out = s->written;
	s->written = lines;
	s->since = 0;
	s->waiting = 0;
}

static void keep(struct record_stream *s, const struct record_reader *rr, const struct record *r)
{
	struct arena a = ARENA_INIT;
	struct err err;

	/* A thread may be writing to the store. */
	if (s->past && late_outcomes_asks(s->past, r))
		write_ended(s);
	if (s->past && !late_outcomes_see(s->past, r, &err))
		complain(err.status, "cannot store the results of earlier fixes: %s", err.text);
	if (s->store && !store_gather(s->store, r, str_trim((struct str){ rr->line, rr->n }), &err))
		not_stored(s, 1, &err, arena_printf(&a, "%s:%lu: ", rr->name, rr->number).p);
	if (!quiet && !s->deaf) {
		buf_add(&s->out, (struct str){ rr->line, rr->n });
		buf_addc(&s->out, '\n');
	}
	arena_free(&a);
}

/* A record that comes alone is stored and passed on at once; those of a fast pipe share a transaction, the larger the
 * longer the one before takes. */
static void one_record(void *ctx, struct record *r, const struct record_reader *rr)
{
	struct record_stream *s = ctx;
	double now = seconds_now();

	s->assigned |= r->assignments.n > 0;
	keep(s, rr, r);
	if (!s->since)
		s->since = now;
	bool full = s->out.n > OUT_AT_ONCE / 2 || (s->store && store_is_full(s->store));
	double patience = s->took > PATIENCE ? s->took : PATIENCE;
	bool late = now - s->since > patience && !(s->store && store_is_writing(s->store));
	if (record_waits(rr, ++s->waiting < STREAM ? 0 : BETWEEN))
		write_all(s);
	else if (full || late)
		write_on(s);
}

/* The setting dry_run: nothing may be stored. */
static bool is_dry(void)
{
	struct err err;
	struct config *c = config_load(NULL, &err);
	bool dry = c && config_bool(c, "dry_run");

	config_free(c);
	return dry;
}

/* Memory that a batch of records gave back is for the next one: the kernel need not clear it again and again. */
static void memory_keep(void)
{
#ifdef M_TRIM_THRESHOLD
	enum { KEPT = 256 << 20 };
	mallopt(M_TRIM_THRESHOLD, KEPT);
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TOP_PAD, 16 << 20);
#endif
}

int filter(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct record_stream s = { 0 };
	struct err err;

	/* Store all records even if the reader of standard output exits. */
	signal(SIGPIPE, SIG_IGN);
	memory_keep();
	buf_init(&s.out, OUT_AT_ONCE);
	buf_init(&s.written, OUT_AT_ONCE);
	bool dry = is_dry();
	s.store = dry ? NULL : store_open(store_chosen(&a), &err);
	if (dry)
		say("dry_run is set: records are passed on, but not stored");
	else if (!s.store)
		complain(err.status, "%s; records are passed on, but not stored", err.text);
	notice(&s);
	s.past = s.store && !importing ? late_outcomes_new(s.store) : NULL;
	records_each(argv + 1, argc - 1, one_record, &s);
	write_all(&s);
	if (s.lost > 1)
		say("%lu records were passed on, but not stored", s.lost);
	/* The trials of these records may decide an experiment. */
	if (s.assigned && s.store && !experiments_settle(s.store, NULL, &err))
		complain(err.status, "the experiments are not decided: %s", err.text);
	late_outcomes_free(s.past);
	store_close(s.store);
	buf_release(&s.out);
	buf_release(&s.written);
	arena_free(&a);
	return HEAL_OK;
}
