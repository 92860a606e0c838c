/* detector_bench.h - a detector with and without the gate, what it makes of a text, and whether that is the same
 * however it comes */
#ifndef HEAL_DETECTOR_BENCH_H
#define HEAL_DETECTOR_BENCH_H

#include "detect/detector.h"
#include "pack_of.h"
#include "tap.h"

static uint64_t seed = 0x9e3779b97f4a7c15u;

static inline uint32_t dice(uint32_t sides)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % sides;
}

/* ---- what came out, as text ---- */

/* A record but for what differs from run to run. */
static inline void keep(void *ctx, struct record *r)
{
	struct buf *out = ctx;

	struct members_writer w = { .out = out, .text_max = TEXT_MAX };

	members_write(&w, &source_type, &r->source);
	buf_addc(out, ' ');
	members_write(&w, &error_type, &r->error);
	buf_addz(out, r->truncated ? " truncated\n" : "\n");
}

struct bench {
	struct pack *pack;
	struct detector *gated, *naive;
	struct buf out, other;
};

static inline void bench_begin(struct bench *b, struct pack *pack)
{
	b->pack = pack;
	buf_init(&b->out, 64 << 20);
	buf_init(&b->other, 64 << 20);
	struct detector_options o = { .pack = pack, .found = keep, .ctx = &b->out };
	b->gated = detector_new(&o);
	o.naive = true;
	b->naive = detector_new(&o);
}

static inline void bench_end(struct bench *b)
{
	detector_free(b->gated);
	detector_free(b->naive);
	buf_release(&b->out);
	buf_release(&b->other);
	pack_free(b->pack);
}

/* Feed text in pieces of `step` bytes at most, of 1 to step bytes by chance when step is negative. */
static inline struct str fed(struct bench *b, struct detector *d, struct str text, long step)
{
	buf_clear(&b->out);
	detector_begin(d, STR("log"));
	while (text.n) {
		size_t n = step > 0 ? (size_t)step : 1 + dice((uint32_t)-step);
		detector_feed(d, str_sub(text, 0, n));
		text = str_sub(text, n < text.n ? n : text.n, text.n);
	}
	detector_end(d);
	return buf_str(&b->out);
}

/* Fed whole; kept in b->other. */
static inline struct str whole(struct bench *b, struct str text)
{
	struct str got = fed(b, b->gated, text, 1 << 30);

	buf_clear(&b->other);
	buf_add(&b->other, got);
	return buf_str(&b->other);
}

static inline bool same(struct str want, struct str got, const char *how, size_t at)
{
	if (str_eq(want, got))
		return true;
	printf("# %s %zu:\n#  want %.*s\n#  got  %.*s\n", how, at, STR_ARG(want), STR_ARG(got));
	return false;
}

/* Cut in two at every byte, byte by byte, and without the gate. */
static inline bool is_steady(struct bench *b, struct str text)
{
	struct str want = whole(b, text);
	bool good = same(want, fed(b, b->gated, text, 1), "byte by byte", 0) &&
		same(want, fed(b, b->naive, text, 1 << 30), "naive", 0);

	for (size_t i = 1; good && i < text.n; i++) {
		buf_clear(&b->out);
		detector_begin(b->gated, STR("log"));
		detector_feed(b->gated, str_sub(text, 0, i));
		detector_feed(b->gated, str_sub(text, i, text.n));
		detector_end(b->gated);
		good = same(want, buf_str(&b->out), "cut at", i);
	}
	return good;
}

/* The i-th record's member, in quotes if a string; "-" when absent. */
static inline struct str member(struct bench *b, size_t i, const char *path)
{
	static struct arena a;
	struct str rest = buf_str(&b->out), line = STR_NONE;

	arena_reset(&a);
	for (size_t k = 0; k <= i; k++)
		if (!str_line(&rest, &line))
			return STR("(no record)");
	struct str object = str_sub(line, str_find(line, STR("} {")) + 2, line.n);
	object = str_sub(object, 0, str_rchr(object, '}') + 1);
	struct json *v = json_path(json_parse(&a, object, JSON_PLAIN, NULL), path);
	return !v ? STR("-") : v->type == JSON_STRING ? v->text : json_text(&a, v);
}

static inline long count(struct bench *b)
{
	long n = 0;

	for (size_t i = 0; i < b->out.n; i++)
		n += b->out.p[i] == '\n';
	return n;
}

static inline void feed_z(struct bench *b, const char *text)
{
	fed(b, b->gated, str_of(text), 1 << 30);
}

/* Mixtures of these parts give the same in pieces and without the gate. */
static inline bool mixtures_hold(struct bench *b, const char *const *parts, uint32_t parts_n, int rounds)
{
	struct buf text;
	bool good = true;

	buf_init(&text, 1 << 20);
	for (int round = 0; good && round < rounds; round++) {
		buf_clear(&text);
		for (uint32_t n = dice(40); n > 0; n--)
			buf_addz(&text, parts[dice(parts_n)]);
		struct str want = whole(b, buf_str(&text));
		good = same(want, fed(b, b->gated, buf_str(&text), -5), "pieces", (size_t)round) &&
			same(want, fed(b, b->naive, buf_str(&text), -60), "naive", (size_t)round);
		if (!good)
			printf("# of: %.*s\n", STR_ARG(buf_str(&text)));
	}
	buf_release(&text);
	return good;
}

/* What a detector that may use a second thread makes of it. */
static inline bool threads_agree(struct bench *b, struct str text)
{
	static const long steps[] = { 1 << 18, -(1 << 19), 1 << 30 };
	struct detector_options o = { .pack = b->pack, .found = keep, .ctx = &b->out, .threads = true };
	struct detector *d = detector_new(&o);
	struct str want = whole(b, text);
	bool good = true;

	for (size_t i = 0; good && i < sizeof(steps) / sizeof(steps[0]); i++)
		good = str_eq(want, fed(b, d, text, steps[i]));
	detector_free(d);
	return good;
}

#endif
