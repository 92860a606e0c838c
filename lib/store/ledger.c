#include "store/ledger.h"

#include <stdlib.h>

#include "base/vec.h"
#include "store/internal.h"

enum { DAY = 10 };

/* A name without what separates the pairs. */
static struct str word(struct arena *a, struct str s)
{
	char *copy = arena_strdup(a, s.n ? s : STR("-"));

	for (char *p = copy; *p; p++)
		if ((unsigned char)*p <= ' ')
			*p = '_';
	return str_of(copy);
}

bool ledger_add(struct store *s, struct arena *a, const struct ledger_entry *e, struct err *err)
{
	struct record own = record_new(a, KIND_EVENT);

	own.correlation_id = own.id;
	own.event.name = STR("model_asked");
	own.event.detail = arena_printf(a,
		"provider=%.*s model=%.*s operation=%.*s result=%.*s requests=%lld input=%lld output=%lld "
		"seconds=%.3f cost=%.6f",
		STR_ARG(word(a, e->provider)), STR_ARG(word(a, e->model)), STR_ARG(word(a, e->operation)),
		STR_ARG(word(a, e->result)), (long long)e->requests, (long long)e->input, (long long)e->output,
		e->seconds, e->cost);
	return store_add(s, &own, err);
}

static struct str value_of(struct str detail, const char *name)
{
	struct str pair;

	while (str_split(&detail, ' ', &pair)) {
		size_t at = str_chr(pair, '=');
		if (str_is(str_sub(pair, 0, at), name))
			return str_sub(pair, at + 1, pair.n);
	}
	return STR("");
}

static int64_t number_of(struct str detail, const char *name)
{
	int64_t n = 0;

	return str_number(value_of(detail, name), &n) ? n : 0;
}

static double real_of(struct arena *a, struct str detail, const char *name)
{
	return strtod(arena_strdup(a, value_of(detail, name)), NULL);
}

struct sum {
	struct str day;
	struct ledger_entry entry;
	int64_t failed;
};

struct sums {
	struct arena a;
	VEC(struct sum) at;
};

static struct sum *sum_of(struct sums *all, struct str day, struct str detail)
{
	struct str provider = value_of(detail, "provider"), model = value_of(detail, "model");

	for (size_t i = all->at.n; i-- > 0 && str_eq(all->at.at[i].day, day);) {
		struct sum *s = &all->at.at[i];
		if (str_eq(s->entry.provider, provider) && str_eq(s->entry.model, model))
			return s;
	}
	struct sum *new = VEC_ADD(&all->a, &all->at);
	*new = (struct sum){ .day = arena_str(&all->a, day),
		.entry = { .provider = arena_str(&all->a, provider), .model = arena_str(&all->a, model) } };
	return new;
}

bool ledger_each(struct store *s, ledger_fn *each, void *ctx, struct err *err)
{
	struct sums all = { .a = ARENA_INIT };
	struct rows *q = db_query(
		s->db, err, "SELECT time, detail FROM events WHERE name = 'model_asked' ORDER BY time", "");
	int got = -1;

	while (q && (got = rows_next(q, err)) > 0) {
		struct str detail = arena_str(&all.a, rows_str(q, 1)), result = value_of(detail, "result");
		struct sum *sum = sum_of(&all, str_sub(rows_str(q, 0), 0, DAY), detail);
		sum->entry.requests += number_of(detail, "requests");
		sum->entry.input += number_of(detail, "input");
		sum->entry.output += number_of(detail, "output");
		sum->entry.seconds += real_of(&all.a, detail, "seconds");
		sum->entry.cost += real_of(&all.a, detail, "cost");
		sum->failed += !str_is(result, "ok") && !str_is(result, "cache");
	}
	rows_end(q);
	for (size_t i = 0; got >= 0 && i < all.at.n; i++)
		each(ctx, all.at.at[i].day, &all.at.at[i].entry, all.at.at[i].failed);
	arena_free(&all.a);
	return got >= 0;
}
