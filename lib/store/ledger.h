/* ledger.h - what requests to language models used
 *
 * Each request is a record of kind event, model_asked, whose detail is a line of NAME=VALUE pairs: so it is in the
 * chain of events, in each backend, and is exported. */
#ifndef HEAL_STORE_LEDGER_H
#define HEAL_STORE_LEDGER_H

#include "store/store.h"

struct ledger_entry {
	struct str provider, model, operation;
	struct str result;     /* "ok", "cache", or why there is no answer, in one word */
	int64_t requests;      /* sent, with repetitions */
	int64_t input, output; /* tokens */
	double seconds, cost;  /* cost: by the user's prices; 0: not known */
};

bool ledger_add(struct store *s, struct arena *a, const struct ledger_entry *e, struct err *err);

/* The sums by day (YYYY-MM-DD, UTC), provider and model, in the order of time; texts are valid during the call. */
typedef void ledger_fn(void *ctx, struct str day, const struct ledger_entry *sum, int64_t failed);
bool ledger_each(struct store *s, ledger_fn *each, void *ctx, struct err *err);

#endif
