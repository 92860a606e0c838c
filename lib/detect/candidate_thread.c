#include "detect/candidate_thread.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"

enum { PIECE = 16 * 1024, PIECES = 64 };
enum { NOTHING, FREE, TAKEN, DONE };

/* A line with candidates: rules for text, rules for documents, then its literals, from rules.at[first] on. */
struct line {
	uint32_t begin, n; /* in the stretch */
	uint32_t first, text_n, documents_n, literals_n;
	unsigned kinds_hit;
	bool asked; /* has it what those for text need? */
};

struct piece {
	atomic_int state;
	size_t begin, end;
	struct arena a;
	VEC(struct line) lines;
	VEC(uint32_t) rules;
};

/* State of each of the two threads. */
struct sifter {
	struct candidates c;
	struct gate_sweep sweep;
	struct gate_hit hits[HITS];
};

struct candidate_thread {
	struct arena a;
	const struct gate *gate;
	struct sifter mine, others;
	struct str lines;
	struct piece pieces[PIECES];
	size_t n;
	size_t piece, line; /* position of candidate_thread_next */
	pthread_t thread;
	sem_t more;
	atomic_bool over;
};

/* Lines that follow one another often have the same rules, which are then kept once. */
static uint32_t kept_once(struct piece *p, const struct line *l)
{
	const struct line *above = p->lines.n ? &p->lines.at[p->lines.n - 1] : NULL;
	size_t n = p->rules.n - l->first;

	if (!above || above->text_n != l->text_n || above->documents_n != l->documents_n ||
		above->literals_n != l->literals_n ||
		(n && memcmp(p->rules.at + above->first, p->rules.at + l->first, n * sizeof(*p->rules.at)) != 0))
		return l->first;
	p->rules.n = l->first;
	return above->first;
}

/* With all that the rules need: this thread has the time.  But where a line like it had a rule that matched, the rules
 * before that are not tried, and those behind it rarely. */
static void line_keep(struct piece *p, struct candidates *c, size_t begin, size_t n)
{
	uint32_t first = (uint32_t)p->rules.n, text_n = 0;
	bool asked = !c->likely;

	for (uint32_t i = 0; (i = asked ? candidates_text(c, i) : candidates_to_ask(c, i)) < c->rules_n; i++, text_n++)
		*VEC_ADD(&p->a, &p->rules) = i;
	for (uint32_t i = 0; i < c->documents_n; i++)
		*VEC_ADD(&p->a, &p->rules) = c->documents[i];
	uint32_t literals_n = c->memo && c->key.n ? c->key.literals_n : MEMO_LITERALS + 1; /* too many */
	for (uint32_t i = 0; i < literals_n && literals_n <= MEMO_LITERALS; i++)
		*VEC_ADD(&p->a, &p->rules) = c->key.literals[i];
	struct line l = { (uint32_t)begin, (uint32_t)n, first, text_n, c->documents_n, literals_n, c->kinds_hit,
		asked };
	l.first = kept_once(p, &l);
	*VEC_ADD(&p->a, &p->lines) = l;
}

static void piece_sift(const struct candidate_thread *h, struct sifter *s, struct piece *p)
{
	struct str text = { h->lines.p, p->end }, line;
	size_t n, begin = p->begin;

	gate_sweep_begin(&s->sweep, h->gate, text, begin);
	while (line = candidates_next(&s->c, &s->sweep, text, begin, s->hits, &n), line.p) {
		begin = (size_t)(line.p - text.p);
		line_keep(p, &s->c, begin, line.n);
		begin += line.n + 1;
	}
}

/* Take a piece if it is not taken yet. */
static bool piece_try(struct candidate_thread *h, struct sifter *s, struct piece *p)
{
	int state = FREE;

	if (!atomic_compare_exchange_strong(&p->state, &state, TAKEN))
		return false;
	piece_sift(h, s, p);
	atomic_store(&p->state, DONE);
	return true;
}

static void *work(void *ctx)
{
	struct candidate_thread *h = ctx;

	for (;;) {
		while (sem_wait(&h->more) < 0)
			;
		if (atomic_load(&h->over))
			return NULL;
		for (size_t i = 0; i < PIECES; i++)
			piece_try(h, &h->others, &h->pieces[i]);
	}
}

static bool thread_begin(struct candidate_thread *h)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	bool ok = pthread_create(&h->thread, NULL, work, h) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ok;
}

struct candidate_thread *candidate_thread_new(const struct pack *pack, const struct line_memo *memo)
{
	cpu_set_t set;
	struct candidate_thread *h;

	if (sched_getaffinity(0, sizeof(set), &set) < 0 || CPU_COUNT(&set) < 2)
		return NULL;
	h = calloc(1, sizeof(*h));
	if (!h)
		out_of_memory();
	h->gate = pack_gate(pack);
	h->mine.c = candidates_new(&h->a, pack);
	h->others.c = candidates_new(&h->a, pack);
	h->mine.c.memo = h->others.c.memo = memo;
	if (sem_init(&h->more, 0, 0) == 0 && thread_begin(h))
		return h;
	arena_free(&h->a);
	free(h);
	return NULL;
}

void candidate_thread_free(struct candidate_thread *h)
{
	if (!h)
		return;
	atomic_store(&h->over, true);
	sem_post(&h->more);
	pthread_join(h->thread, NULL);
	sem_destroy(&h->more);
	for (size_t i = 0; i < PIECES; i++)
		arena_free(&h->pieces[i].a);
	arena_free(&h->a);
	free(h);
}

static size_t piece_end(struct str lines, size_t begin, bool last)
{
	size_t end = begin + PIECE;

	if (last || end >= lines.n)
		return lines.n;
	end += str_chr(str_sub(lines, end, lines.n), '\n') + 1;
	return end < lines.n ? end : lines.n;
}

void candidate_thread_begin(struct candidate_thread *h, struct str lines)
{
	h->lines = lines;
	h->n = h->piece = h->line = 0;
	for (size_t begin = 0; begin < lines.n; h->n++) {
		struct piece *p = &h->pieces[h->n];
		arena_reset(&p->a);
		memset(&p->lines, 0, sizeof(p->lines));
		memset(&p->rules, 0, sizeof(p->rules));
		p->begin = begin;
		p->end = begin = piece_end(lines, begin, h->n + 1 == PIECES);
		atomic_store(&p->state, FREE);
	}
	sem_post(&h->more);
}

/* Wait until a piece is done; while the thread works on it, search a later one here. */
static void piece_wait(struct candidate_thread *h, struct piece *p)
{
	while (atomic_load(&p->state) != DONE) {
		struct piece *other = p, *end = h->pieces + h->n;
		while (other < end && !piece_try(h, &h->mine, other))
			other++;
		if (other == end)
			sched_yield();
	}
}

static void candidates_take(const struct piece *p, const struct line *l, struct str text, struct candidates *c)
{
	const uint32_t *rules = p->rules.at + l->first;

	candidates_set(c, text, rules, l->text_n, l->asked, rules + l->text_n, l->documents_n, l->kinds_hit);
	if (c->memo)
		line_key_set(&c->key, text, rules + l->text_n + l->documents_n, l->literals_n);
}

bool candidate_thread_next(struct candidate_thread *h, size_t from, struct candidates *c, size_t *begin, size_t *n)
{
	for (; h->piece < h->n; h->piece++, h->line = 0) {
		struct piece *p = &h->pieces[h->piece];
		if (p->end <= from)
			continue;
		piece_wait(h, p);
		while (h->line < p->lines.n && p->lines.at[h->line].begin < from)
			h->line++;
		if (h->line == p->lines.n)
			continue;
		*begin = p->lines.at[h->line].begin;
		*n = p->lines.at[h->line].n;
		candidates_take(p, &p->lines.at[h->line], str_sub(h->lines, *begin, *begin + *n), c);
		return true;
	}
	return false;
}

/* Cancel the pieces that are not started; the thread may still be working on another. */
void candidate_thread_end(struct candidate_thread *h)
{
	for (size_t i = 0; i < h->n; i++) {
		int state = FREE;
		if (atomic_compare_exchange_strong(&h->pieces[i].state, &state, DONE))
			continue;
		while (atomic_load(&h->pieces[i].state) != DONE)
			sched_yield();
	}
	h->n = 0;
}
