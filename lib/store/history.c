#include "store/history.h"

#include <stdlib.h>
#include <string.h>

static double confidence_in(void *ctx, struct str solution, double prior)
{
	return store_confidence(ctx, solution, prior, STORE_PRIOR_WEIGHT);
}

static struct str rests_in(void *ctx, struct arena *a, struct str fingerprint, struct str solution)
{
	return store_rests_until(ctx, a, fingerprint, solution);
}

struct solution_history history_of(struct store *s)
{
	return s ? (struct solution_history){ confidence_in, rests_in, s } : (struct solution_history){ 0 };
}

/* ---- opened when it is asked ---- */

struct history {
	char *path;
	bool tried;
	struct store *store;
};

struct history *history_open(const char *path)
{
	struct history *h = calloc(1, sizeof(*h));

	if (!h || (path && !(h->path = strdup(path))))
		out_of_memory();
	return h;
}

void history_close(struct history *h)
{
	if (!h)
		return;
	store_close(h->store);
	free(h->path);
	free(h);
}

static struct store *store_of(struct history *h)
{
	if (!h->tried)
		h->store = store_open_read(h->path, NULL);
	h->tried = true;
	return h->store;
}

static double confidence_asked(void *ctx, struct str solution, double prior)
{
	return confidence_in(store_of(ctx), solution, prior);
}

static struct str rests_asked(void *ctx, struct arena *a, struct str fingerprint, struct str solution)
{
	return rests_in(store_of(ctx), a, fingerprint, solution);
}

struct solution_history history_questions(struct history *h)
{
	return (struct solution_history){ confidence_asked, rests_asked, h };
}
